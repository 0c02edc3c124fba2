pragma ComponentBehavior: Bound
import QtQuick

// Discs on a line: those before `now` are done, `now` has a dot or, when stopped, a bar; those after are to come.
Item {
    id: line

    property int stages: 4
    property int now: 0
    property bool stopped: false
    property string words

    implicitWidth: Theme.px(320)
    implicitHeight: Theme.px(30)
    Accessible.role: Accessible.StaticText
    Accessible.name: words

    Repeater {
        model: line.stages - 1

        Rectangle {
            required property int index

            x: line.width * (index + 0.5) / line.stages
            anchors.verticalCenter: line.verticalCenter
            width: line.width / line.stages
            height: index + 1 < line.now + (line.now >= line.stages ? 1 : 0) ? 3 : 2
            color: index + 1 <= line.now && !(index + 1 === line.now && line.now < line.stages) ? Theme.slate : Theme.slateLine
        }
    }

    Repeater {
        model: line.stages

        Rectangle {
            id: disc

            required property int index
            readonly property bool done: index < line.now
            readonly property bool here: index === line.now

            x: line.width * (index + 0.5) / line.stages - width / 2
            anchors.verticalCenter: line.verticalCenter
            width: Theme.px(28)
            height: width
            radius: width / 2
            color: done ? Theme.slate : here && line.stopped ? Theme.amber : Theme.surface
            border.width: done || here && line.stopped ? 0 : Theme.strokeControl
            border.color: Theme.slateLine

            Icon {
                anchors.centerIn: parent
                visible: disc.done || disc.here && line.stopped
                name: disc.done ? "check" : "minus"
                size: Theme.px(20)
                weight: 2.4
                color: Theme.surface
            }

            Rectangle {
                anchors.centerIn: parent
                visible: disc.here && !line.stopped
                width: Theme.px(10)
                height: width
                radius: width / 2
                color: Theme.slate
            }
        }
    }
}
