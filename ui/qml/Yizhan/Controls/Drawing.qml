import QtQuick

// A path on a grid, stroked or filled, in any size.
Image {
    property real gridWidth: 24
    property real gridHeight: 24
    property color stroke: Theme.ink
    property real weight: 1.75
    property color fill: Theme.clear
    property bool stroked: true
    property string path

    source: path === "" || width <= 0 || height <= 0 ? "" : "image://drawing/" + encodeURIComponent([gridWidth, gridHeight, stroked ? stroke.toString() : "none", weight, fill.a > 0 ? fill.toString() : "none", path].join("|"))
    sourceSize: Qt.size(Math.ceil(width * Screen.devicePixelRatio), Math.ceil(height * Screen.devicePixelRatio))
    Accessible.ignored: true
}
