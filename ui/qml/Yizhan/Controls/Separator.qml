import QtQuick

Rectangle {
    implicitHeight: Theme.stroke
    implicitWidth: 100
    color: Theme.line
}
