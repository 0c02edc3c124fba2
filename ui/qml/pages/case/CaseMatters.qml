pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// Each matter: how far it is, until when, or what came of it.
Panel {
    id: panel

    required property QtObject matters
    required property list<string> stages
    // Where a few rows fill the screen, those that wait for a person are shown; one touch shows the others.
    property bool opened: !Theme.tiny

    padding: Theme.s3
    implicitHeight: matterRows.implicitHeight + 2 * padding

    ColumnLayout {
        id: matterRows
        width: parent.width
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.s4
            Layout.rightMargin: Theme.s4
            Layout.preferredHeight: Theme.px(48)
            visible: !Theme.narrow
            spacing: Theme.s4

            Words {
                Layout.fillWidth: true
                text: qsTr("事项")
                color: Theme.ink2
            }

            Row {
                Layout.preferredWidth: matterRows.timelineWidth
                Layout.maximumWidth: matterRows.timelineWidth

                Repeater {
                    model: panel.stages

                    Words {
                        required property string modelData

                        width: matterRows.timelineWidth / 4
                        horizontalAlignment: Text.AlignHCenter
                        text: modelData
                        color: Theme.ink2
                    }
                }
            }

            Words {
                Layout.preferredWidth: matterRows.dateWidth
                text: qsTr("期限与结果")
                color: Theme.ink2
            }
        }

        readonly property int timelineWidth: Theme.px(Theme.compact ? 328 : 440)
        readonly property int dateWidth: Theme.px(Theme.compact ? 222 : 226)

        Repeater {
            id: rows
            model: panel.matters

            Rectangle {
                id: matter

                required property string name
                required property string department
                required property int stage
                required property bool stopped
                required property string standing
                required property string tone
                required property string date
                required property bool last

                Layout.fillWidth: true
                visible: panel.opened || stopped
                implicitHeight: Math.max(Theme.px(Theme.low ? 66 : 78), row.implicitHeight + Theme.s3)
                radius: Theme.r2
                color: stopped ? Theme.amberTint : Theme.clear
                border.width: stopped ? Theme.strokeControl : 0
                border.color: Theme.amberEdge
                Accessible.role: Accessible.ListItem
                Accessible.name: [name, department, standing, date].join("，")

                Separator {
                    anchors.bottom: parent.bottom
                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.leftMargin: Theme.s4
                    anchors.rightMargin: Theme.s4
                    visible: !matter.last && !matter.stopped
                }

                GridLayout {
                    id: row
                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.leftMargin: Theme.s4
                    anchors.rightMargin: Theme.s4
                    anchors.verticalCenter: parent.verticalCenter
                    columns: Theme.narrow ? 2 : 3
                    columnSpacing: Theme.s4
                    rowSpacing: Theme.s2

                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0

                        Words {
                            Layout.fillWidth: true
                            text: matter.name
                            strong: true
                            font.pixelSize: Theme.between
                        }

                        Words {
                            Layout.fillWidth: true
                            text: matter.department
                            color: matter.stopped ? Theme.amber : Theme.slate
                        }
                    }

                    // It repeats the words beside it.
                    MatterTimeline {
                        visible: !Theme.tiny
                        Layout.preferredWidth: Theme.narrow ? -1 : matterRows.timelineWidth
                        Layout.maximumWidth: Theme.narrow ? row.width : matterRows.timelineWidth
                        Layout.row: Theme.narrow ? 1 : 0
                        Layout.column: Theme.narrow ? 0 : 1
                        Layout.columnSpan: Theme.narrow ? 2 : 1
                        Layout.fillWidth: Theme.narrow
                        now: matter.stage
                        stopped: matter.stopped
                        words: matter.standing
                    }

                    ColumnLayout {
                        Layout.fillWidth: false
                        Layout.preferredWidth: matterRows.dateWidth
                        Layout.row: 0
                        Layout.column: Theme.narrow ? 1 : 2
                        spacing: 0

                        Words {
                            Layout.fillWidth: true
                            text: matter.standing
                            strong: true
                            color: matter.tone === "amber" ? Theme.amber : matter.tone === "green" ? Theme.green : Theme.slate
                        }

                        Words {
                            Layout.fillWidth: true
                            text: matter.date
                            color: matter.stopped ? Theme.amber : Theme.ink2
                        }
                    }
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.s4
            visible: Theme.tiny

            Words {
                Layout.fillWidth: true
                text: qsTr("事项")
                strong: true
            }

            ActionButton {
                kind: ActionButton.Quiet
                text: panel.opened ? qsTr("收起") : qsTr("看全部 %1 项").arg(rows.count)
                onClicked: panel.opened = !panel.opened
            }
        }
    }
}
