import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// A stop on the line: when, what, and what the family does.
RowLayout {
    id: line

    required property int index
    required property string when
    required property string what
    required property string detail
    required property bool now
    property bool last: false
    property bool narrow: false

    spacing: Theme.s4

    Item {
        Layout.fillHeight: true
        implicitWidth: Theme.px(22)

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            y: line.index === 0 ? Theme.px(20) : 0
            height: line.last ? Theme.px(20) - y : parent.height - y
            width: 2
            color: Theme.slateLine
        }
        Rectangle {
            y: Theme.px(11)
            anchors.horizontalCenter: parent.horizontalCenter
            width: Theme.px(18)
            height: width
            radius: width / 2
            color: line.now ? Theme.slate : Theme.surface
            border.width: 3
            border.color: Theme.slate
        }
    }
    GridLayout {
        Layout.fillWidth: true
        Layout.topMargin: Theme.s1
        Layout.bottomMargin: Theme.s1
        columns: line.narrow ? 1 : 2
        columnSpacing: Theme.s4
        rowSpacing: 0

        Words {
            Layout.preferredWidth: line.narrow ? -1 : Theme.px(Theme.compact ? 150 : 190)
            Layout.fillWidth: line.narrow
            Layout.alignment: Qt.AlignTop
            text: line.when
            strong: true
            font.pixelSize: Theme.between
            color: Theme.slate
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            Words {
                Layout.fillWidth: true
                text: line.what
                strong: true
                font.pixelSize: Theme.between
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: line.detail
                color: Theme.ink2
            }
        }
    }
}
