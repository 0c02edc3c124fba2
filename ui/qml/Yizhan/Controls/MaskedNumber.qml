pragma ComponentBehavior: Bound
import QtQuick

// A masked number: each `*` is drawn as a dot, because the face has no narrow one.
Row {
    id: number

    property string masked
    property int size: Theme.between
    property bool strong: true
    property color color: Theme.ink
    readonly property int from: masked.indexOf("*")
    readonly property int to: masked.lastIndexOf("*")
    readonly property int dots: masked.split("*").length - 1

    spacing: size * 0.3
    Accessible.role: Accessible.StaticText
    Accessible.name: masked

    Words {
        anchors.verticalCenter: parent.verticalCenter
        visible: text !== ""
        text: number.from < 0 ? number.masked : number.masked.slice(0, number.from)
        strong: number.strong
        wrapMode: Text.NoWrap
        font.pixelSize: number.size
        color: number.color
        Accessible.ignored: true
    }

    Row {
        anchors.verticalCenter: parent.verticalCenter
        visible: number.from >= 0
        spacing: Math.round(number.size * 0.22)

        Repeater {
            model: number.dots

            Rectangle {
                width: Math.round(number.size * 0.28)
                height: width
                radius: width / 2
                color: number.color
            }
        }
    }

    Words {
        anchors.verticalCenter: parent.verticalCenter
        visible: text !== ""
        text: number.from < 0 ? "" : number.masked.slice(number.to + 1)
        strong: number.strong
        wrapMode: Text.NoWrap
        font.pixelSize: number.size
        color: number.color
        Accessible.ignored: true
    }
}
