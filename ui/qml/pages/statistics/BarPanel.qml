pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// A chart that reads as a list: label, bar, number. The number says it, the bar repeats it.
Panel {
    id: panel

    property string title
    required property QtObject bars

    visible: rows.count > 0
    padding: Theme.s5
    implicitHeight: column.implicitHeight + 2 * padding

    ColumnLayout {
        id: column
        width: parent.width
        spacing: Theme.s2

        Words {
            Layout.fillWidth: true
            text: panel.title
            strong: true
            font.pixelSize: Theme.h3
        }

        Repeater {
            id: rows
            model: panel.bars

            RowLayout {
                id: row

                required property string label
                required property string value
                required property double share

                Layout.fillWidth: true
                spacing: Theme.s4
                Accessible.role: Accessible.ListItem
                Accessible.name: row.label + "，" + row.value

                Words {
                    Layout.preferredWidth: Theme.px(128)
                    text: row.label
                    color: Theme.ink2
                }

                Item {
                    Layout.fillWidth: true
                    implicitHeight: Theme.px(18)

                    Rectangle {
                        width: Math.round(parent.width * row.share)
                        height: parent.height
                        radius: Theme.s1
                        color: Theme.slateLine
                    }
                }

                Words {
                    Layout.minimumWidth: Theme.px(48)
                    horizontalAlignment: Text.AlignRight
                    text: row.value
                    strong: true
                }
            }
        }
    }
}
