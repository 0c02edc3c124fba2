pragma ComponentBehavior: Bound
import QtQuick

// Where a person signs. Each stroke leaves as "x0 y0 x1 y1 …", fractions of the area; `path` is what was kept, in units of 1/1000.
Rectangle {
    id: pad

    property string path
    property bool locked: false
    property string words
    property var live: []
    readonly property var kept: path.split("M").filter(stroke => stroke !== "").map(stroke => (stroke.match(/[\d.]+/g) ?? []).reduce((places, value, index, all) => index % 2 ? places : places.concat([Qt.point(value / 1000 * width, all[index + 1] / 1000 * height)]), []))

    onLiveChanged: canvas.requestPaint()
    onKeptChanged: canvas.requestPaint()

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

    Canvas {
        id: canvas
        anchors.fill: parent
        onPaint: {
            const pen = getContext("2d");
            pen.reset();
            pen.strokeStyle = Theme.ink;
            pen.lineWidth = 4;
            pen.lineCap = pen.lineJoin = "round";
            pad.kept.concat([pad.live]).forEach(stroke => {
                pen.beginPath();
                stroke.forEach((place, index) => index ? pen.lineTo(place.x, place.y) : pen.moveTo(place.x, place.y));
                pen.stroke();
            });
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
