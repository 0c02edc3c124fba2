import QtQuick

// The ring around what the keyboard is on: 3 px, 3 px outside.
Rectangle {
    property int around: Theme.r2

    anchors.fill: parent
    anchors.margins: -6
    radius: around + 6
    color: Theme.clear
    border.width: 3
    border.color: Theme.slateDeep
}
