pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A case that goes on by itself: deadline, name, number's end, ticks with the count in words, what comes next.
T.AbstractButton {
    id: row

    property string due
    property string person
    property string tail
    property int total: 0
    property int finished: 0
    property string countWords
    property string next
    property bool last: false

    implicitHeight: Math.max(Theme.px(Theme.low ? 64 : 77), content.implicitHeight + 2 * Theme.s3)
    focusPolicy: Qt.StrongFocus
    Accessible.name: [due, person, tail, countWords, next].join("，")

    background: Rectangle {
        color: row.down ? Theme.slateTint : Theme.clear
        radius: Theme.r2

        Separator {
            anchors.bottom: parent.bottom
            width: parent.width
            visible: !row.last
        }

        FocusRing {
            anchors.margins: 0
            visible: row.visualFocus
        }
    }

    contentItem: RowLayout {
        id: content
        spacing: Theme.s5

        Words {
            Layout.preferredWidth: Theme.px(180)
            text: row.due
            strong: true
        }

        GridLayout {
            Layout.preferredWidth: Theme.px(Theme.compact ? 150 : 250)
            Layout.fillWidth: Theme.narrow
            columns: Theme.compact ? 1 : 2
            columnSpacing: Theme.s5
            rowSpacing: 0

            Words {
                Layout.fillWidth: true
                Layout.minimumWidth: Theme.px(90)
                text: row.person
                strong: true
                font.pixelSize: Theme.between
            }

            Words {
                text: row.tail
                color: Theme.ink2
                wrapMode: Text.NoWrap
            }
        }

        GridLayout {
            Layout.preferredWidth: Theme.px(Theme.compact ? 190 : 400)
            Layout.fillWidth: Theme.compact
            columns: Theme.compact ? 1 : 2
            columnSpacing: Theme.s5
            rowSpacing: Theme.s1

            ProgressTicks {
                Layout.fillWidth: true
                total: row.total
                finished: row.finished
            }

            Words {
                Layout.fillWidth: Theme.compact
                Layout.preferredWidth: Theme.px(170)
                text: row.countWords
            }
        }

        Words {
            Layout.fillWidth: true
            visible: !Theme.compact
            text: row.next
            color: Theme.ink2
        }

        Icon {
            name: "chevron"
            size: Theme.iconSmall
            color: Theme.slate
        }
    }
}
