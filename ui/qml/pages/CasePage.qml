pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// One case: each matter's way at the left; at the side what needs a person, delivery, papers, people.
Item {
    id: page

    required property CaseViewModel viewModel

    ColumnLayout {
        anchors.fill: parent
        visible: page.viewModel.open
        spacing: Theme.low ? Theme.s2 : Theme.s4

        GridLayout {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: false
            Layout.preferredWidth: Theme.contentWidth
            Layout.topMargin: Theme.low ? Theme.s3 : Theme.s5
            columns: Theme.compact ? 1 : 2
            columnSpacing: Theme.s5
            rowSpacing: Theme.s2

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.s3

                ActionButton {
                    Layout.leftMargin: -Theme.s4
                    kind: ActionButton.Quiet
                    iconName: "arrow-left"
                    text: ""
                    Accessible.name: qsTr("回工作台")
                    onClicked: page.viewModel.back()
                }

                Words {
                    text: page.viewModel.person
                    strong: true
                    wrapMode: page.viewModel.person.length > 8 ? Text.Wrap : Text.NoWrap
                    Layout.maximumWidth: Theme.px(420)
                    font.pixelSize: Theme.h1
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.s3
                    spacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: page.viewModel.number
                        strong: true
                        font.pixelSize: Theme.between
                    }

                    Words {
                        Layout.fillWidth: true
                        text: page.viewModel.info
                        color: Theme.ink2
                    }
                }
            }

            Flow {
                Layout.fillWidth: Theme.compact
                Layout.preferredWidth: Theme.compact ? -1 : badges.implicitWidth
                spacing: Theme.gap

                Row {
                    id: badges
                    spacing: Theme.gap

                    Badge {
                        visible: text !== ""
                        tone: Badge.Green
                        text: page.viewModel.finishedWords
                    }

                    Badge {
                        visible: text !== ""
                        tone: Badge.Slate
                        iconName: "clock"
                        text: page.viewModel.goingWords
                    }

                    Badge {
                        visible: text !== ""
                        tone: Badge.Amber
                        iconName: "document"
                        text: page.viewModel.stoppedWords
                    }
                }
            }
        }

        TwoColumns {
            Layout.fillWidth: true
            Layout.fillHeight: true
            headroom: Theme.s2
            sideFirst: page.viewModel.attention
            sideWidth: Theme.sideColumn + (Theme.compact ? 0 : Theme.s8)
            main: Component {
                Panel {
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
                                    model: page.viewModel.stages

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
                            model: page.viewModel.matters

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

                                    MatterTimeline {
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
                    }
                }
            }
            side: Component {
                ColumnLayout {
                    spacing: Theme.low ? Theme.s3 : Theme.s4

                    Panel {
                        Layout.fillWidth: true
                        visible: page.viewModel.attention
                        level: 2
                        attention: true
                        padding: Theme.s4
                        implicitHeight: attentionColumn.implicitHeight + 2 * padding

                        ColumnLayout {
                            id: attentionColumn
                            width: parent.width
                            spacing: Theme.s3

                            Words {
                                Layout.fillWidth: true
                                text: page.viewModel.attentionTitle
                                strong: true
                                font.pixelSize: Theme.h3
                            }

                            Rectangle {
                                Layout.fillWidth: true
                                implicitHeight: said.implicitHeight + 2 * Theme.s4
                                radius: Theme.r2
                                color: Theme.amberTint

                                Words {
                                    id: said
                                    anchors.fill: parent
                                    anchors.margins: Theme.s4
                                    text: page.viewModel.attentionMatter + "\n" + page.viewModel.attentionWords
                                    strong: true
                                    font.pixelSize: Theme.between
                                    color: Theme.amber
                                }
                            }

                            Words {
                                Layout.fillWidth: true
                                text: page.viewModel.othersWords
                                color: Theme.ink2
                            }

                            Words {
                                Layout.fillWidth: true
                                text: qsTr("请联系申请人，手机号在下面，按“看 5 秒”。")
                                color: Theme.ink2
                            }
                        }
                    }

                    Panel {
                        Layout.fillWidth: true
                        padding: Theme.s4
                        implicitHeight: deliveryColumn.implicitHeight + 2 * padding

                        ColumnLayout {
                            id: deliveryColumn
                            width: parent.width
                            spacing: Theme.s2

                            RowLayout {
                                Layout.fillWidth: true

                                Words {
                                    Layout.fillWidth: true
                                    text: qsTr("送达省级平台")
                                    strong: true
                                    font.pixelSize: Theme.between
                                }

                                ToneBadge {
                                    text: page.viewModel.deliveryState
                                    toneName: page.viewModel.deliveryTone
                                }
                            }

                            Words {
                                Layout.fillWidth: true
                                text: page.viewModel.deliveryWords
                                color: Theme.ink2
                            }

                            Words {
                                Layout.fillWidth: true
                                visible: text !== ""
                                text: page.viewModel.official
                            }

                            ActionButton {
                                Layout.fillWidth: true
                                visible: page.viewModel.deliveryNeedsPerson
                                kind: ActionButton.Primary
                                text: qsTr("去同步中心")
                                onClicked: page.viewModel.openSync()
                            }
                        }
                    }

                    Panel {
                        Layout.fillWidth: true
                        padding: Theme.s4
                        implicitHeight: paperColumn.implicitHeight + 2 * padding

                        ColumnLayout {
                            id: paperColumn
                            width: parent.width
                            spacing: Theme.s2

                            RowLayout {
                                Layout.fillWidth: true

                                Words {
                                    Layout.fillWidth: true
                                    text: qsTr("单子")
                                    strong: true
                                    font.pixelSize: Theme.between
                                }

                                Words {
                                    text: qsTr("每次重打都会记数")
                                    color: Theme.ink2
                                }
                            }

                            Repeater {
                                model: page.viewModel.papers

                                ColumnLayout {
                                    id: paper

                                    required property string kind
                                    required property string name
                                    required property string printed
                                    required property string job
                                    required property string tone
                                    required property string verb

                                    Layout.fillWidth: true
                                    spacing: Theme.s2

                                    Separator {
                                        Layout.fillWidth: true
                                    }

                                    RowLayout {
                                        Layout.fillWidth: true
                                        spacing: Theme.s3

                                        ColumnLayout {
                                            Layout.fillWidth: true
                                            spacing: 0

                                            Words {
                                                Layout.fillWidth: true
                                                text: paper.name
                                                strong: true
                                            }

                                            Words {
                                                Layout.fillWidth: true
                                                text: paper.printed
                                                color: Theme.ink2
                                            }
                                        }

                                        ToneBadge {
                                            visible: text !== ""
                                            text: paper.job
                                            toneName: paper.tone
                                        }

                                        ActionButton {
                                            Layout.minimumWidth: Theme.px(110)
                                            text: paper.verb
                                            Accessible.description: paper.name
                                            onClicked: page.viewModel.printPaper(paper.kind)
                                        }
                                    }
                                }
                            }
                        }
                    }

                    Panel {
                        Layout.fillWidth: true
                        padding: Theme.s4
                        implicitHeight: peopleColumn.implicitHeight + 2 * padding

                        ColumnLayout {
                            id: peopleColumn
                            width: parent.width
                            spacing: Theme.s2

                            RowLayout {
                                Layout.fillWidth: true

                                Words {
                                    Layout.fillWidth: true
                                    text: qsTr("人")
                                    strong: true
                                    font.pixelSize: Theme.between
                                }

                                ActionButton {
                                    kind: ActionButton.Quiet
                                    Layout.topMargin: -Theme.s3
                                    Layout.bottomMargin: -Theme.s3
                                    iconName: "eye"
                                    text: qsTr("看 5 秒")
                                    onClicked: page.viewModel.reveal()
                                }
                            }

                            GridLayout {
                                Layout.fillWidth: true
                                columns: 2
                                columnSpacing: Theme.s4
                                rowSpacing: Theme.s2

                                Words {
                                    text: qsTr("逝者")
                                    color: Theme.ink2
                                }

                                PersonLine {
                                    Layout.fillWidth: true
                                    name: page.viewModel.person
                                    number: page.viewModel.deceasedNumber
                                }

                                Words {
                                    text: qsTr("申请人")
                                    color: Theme.ink2
                                }

                                PersonLine {
                                    Layout.fillWidth: true
                                    name: page.viewModel.applicant
                                    number: page.viewModel.applicantNumber
                                }

                                Words {
                                    visible: page.viewModel.phone !== ""
                                    text: qsTr("手机")
                                    color: Theme.ink2
                                }

                                MaskedNumber {
                                    Layout.fillWidth: true
                                    visible: page.viewModel.phone !== ""
                                    masked: page.viewModel.phone
                                    size: Theme.body
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
