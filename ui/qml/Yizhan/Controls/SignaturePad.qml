pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// Where a person signs. Each stroke leaves as "x0 y0 x1 y1 …", fractions of the area; `path` is what was kept, in units of 1/1000.
Rectangle {
    id: pad

    property string path
    property bool locked: false
    property string words
    property var live: []

    signal strokeDrawn(string fractions)

    implicitWidth: Theme.px(632)
    implicitHeight: Theme.px(232)
    radius: Theme.r2
    color: Theme.surface
    border.width: Theme.strokeControl
    border.color: Theme.edge
    clip: true
    Accessible.role: Accessible.Canvas
    Accessible.name: words

    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.margins: Theme.s6
        y: parent.height * 0.76
        height: Theme.stroke
        color: Theme.line
    }

    Shape {
        width: 1000
        height: 1000
        transform: Scale {
            xScale: pad.width / 1000
            yScale: pad.height / 1000
        }
        visible: pad.path !== ""

        ShapePath {
            strokeColor: Theme.ink
            strokeWidth: 8
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin

            PathSvg {
                path: pad.path
            }
        }
    }

    Shape {
        anchors.fill: parent

        ShapePath {
            strokeColor: Theme.ink
            strokeWidth: 4
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin

            PathPolyline {
                path: pad.live
            }
        }
    }

    MouseArea {
        anchors.fill: parent
        enabled: !pad.locked
        preventStealing: true
        onPressed: mouse => pad.live = [Qt.point(mouse.x, mouse.y), Qt.point(mouse.x + 0.5, mouse.y)]
        onPositionChanged: mouse => pad.live = pad.live.concat([Qt.point(Math.min(Math.max(mouse.x, 0), width), Math.min(Math.max(mouse.y, 0), height))])
        onReleased: {
            pad.strokeDrawn(pad.live.map(p => (p.x / width).toFixed(4) + " " + (p.y / height).toFixed(4)).join(" "));
            pad.live = [];
        }
        onCanceled: pad.live = []
    }
}
