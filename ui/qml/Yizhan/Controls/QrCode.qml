pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// A QR code from its rows: `side` modules, `path` in module units (see ui.qr). Modules are whole pixels.
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

    Shape {
        x: code.module * 4
        y: x
        width: code.side
        height: code.side
        scale: code.module
        transformOrigin: Item.TopLeft
        antialiasing: false

        ShapePath {
            strokeWidth: -1
            fillColor: Theme.ink

            PathSvg {
                path: code.path
            }
        }
    }
}
