import QtQuick

// A QR code: `side` modules, `path` in module units (ui.qr). Modules are whole pixels, four of them stay free around.
Rectangle {
    id: code

    property int side: 0
    property string path
    property string words
    property int size: Theme.px(200)
    readonly property int module: side > 0 ? Math.max(1, Math.floor(size / (side + 8))) : 1

    implicitWidth: module * (side + 8)
    implicitHeight: implicitWidth
    color: Theme.surface
    Accessible.role: Accessible.Graphic
    Accessible.name: words

    Drawing {
        x: code.module * 4
        y: x
        width: code.module * code.side
        height: width
        smooth: false
        gridWidth: code.side
        gridHeight: code.side
        stroked: false
        fill: Theme.ink
        path: code.path
    }
}
