import QtQuick

// A sunken place for what is known already.
Rectangle {
    radius: Theme.r2
    color: Theme.sunken
}
