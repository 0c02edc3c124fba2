import QtQuick
import QtQuick.Shapes

// One drawing of IconPaths in the colour of the words beside it; the words carry the meaning.
Item {
    id: icon

    property string name
    property int size: Theme.icon
    property color color: Theme.ink
    property real weight: 1.75

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    Shape {
        width: 24
        height: 24
        scale: icon.size / 24
        transformOrigin: Item.TopLeft
        preferredRendererType: Shape.CurveRenderer
        visible: icon.name !== ""

        ShapePath {
            strokeColor: icon.color
            strokeWidth: icon.weight
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin

            PathSvg {
                path: IconPaths.paths[icon.name] ?? ""
            }
        }
    }
}
