pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// Matters of the plan: name, how it starts, department and telephone, why, how long.
Panel {
    id: panel

    property string title
    required property QtObject matters
    property bool sure: true

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
            model: panel.matters

            ColumnLayout {
                id: row

                required property string name
                required property string department
                required property string phone
                required property string reason
                required property string badge
                required property string tone
                required property string howLong
                required property bool last

                Layout.fillWidth: true
                spacing: Theme.s1

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.s3

                    Words {
                        Layout.fillWidth: true
                        text: row.name
                        strong: true
                    }

                    ToneBadge {
                        visible: panel.sure
                        iconName: ""
                        text: row.badge
                        toneName: row.tone
                    }
                }

                GridLayout {
                    Layout.fillWidth: true
                    columns: panel.sure && panel.width > Theme.px(560) ? 2 : 1
                    columnSpacing: Theme.s4
                    rowSpacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: qsTr("%1 %2，%3").arg(row.department).arg(row.phone).arg(row.reason)
                        color: Theme.ink2
                    }

                    Words {
                        visible: panel.sure
                        text: row.howLong
                    }
                }

                Separator {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.s2
                    visible: !row.last
                }
            }
        }
    }
}
