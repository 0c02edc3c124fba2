import QtQuick

// A card over a reader, as a line drawing.
Item {
    id: drawing

    property color color: Theme.slate
    readonly property real unit: Math.min(width / 250, height / 208)

    implicitWidth: Theme.px(250)
    implicitHeight: Theme.px(208)
    Accessible.ignored: true

    Drawing {
        anchors.centerIn: parent
        width: 250 * drawing.unit
        height: 208 * drawing.unit
        gridWidth: 250
        gridHeight: 208
        stroke: drawing.color
        weight: 3
        fill: Theme.surface
        path: "M46 2h158a12 12 0 0 1 12 12v86a12 12 0 0 1-12 12h-158a12 12 0 0 1-12-12v-86a12 12 0 0 1 12-12z M14 144h222a12 12 0 0 1 12 12v38a12 12 0 0 1-12 12h-222a12 12 0 0 1-12-12v-38a12 12 0 0 1 12-12z"
    }

    Drawing {
        anchors.centerIn: parent
        width: 250 * drawing.unit
        height: 208 * drawing.unit
        gridWidth: 250
        gridHeight: 208
        stroke: drawing.color
        weight: 3
        path: "M58 34h64 M58 58h48 M58 82h76 M178 46a17 17 0 1 1-34 0a17 17 0 1 1 34 0z M125 120v16 M118 130l7 7l7-7 M36 175h60 M210 175h2"
    }
}
