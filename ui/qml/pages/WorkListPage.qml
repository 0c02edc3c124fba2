pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What waits for this operator, then what goes on by itself; at the side the next thing to do.
Item {
    id: page

    required property WorkListViewModel viewModel

    TwoColumns {
        anchors.fill: parent
        sideFirst: true
        main: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                PageHead {
                    Layout.fillWidth: true
                    title: page.viewModel.title
                    words: page.viewModel.subtitle

                    Repeater {
                        model: page.viewModel.views

                        SegmentButton {
                            required property int index
                            required property string modelData

                            light: true
                            text: modelData
                            checked: index === page.viewModel.view
                            onClicked: page.viewModel.choose(index)
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: attentionList.count > 0
                    level: 2
                    padding: Theme.s2
                    implicitHeight: attentionRows.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: attentionRows
                        width: parent.width
                        spacing: 0

                        Repeater {
                            id: attentionList
                            model: page.viewModel.attention

                            AttentionRow {
                                required property string number
                                required iconName
                                required urgent
                                required due
                                required dueWords
                                required person
                                required personWords
                                required what
                                required why
                                required verb
                                required primary
                                required last

                                Layout.fillWidth: true
                                Layout.leftMargin: Theme.s4
                                Layout.rightMargin: Theme.s4
                                onClicked: page.viewModel.openCase(number)
                            }
                        }
                    }
                }

                RowLayout {
                    Layout.fillWidth: true
                    Layout.topMargin: attentionList.count > 0 ? Theme.s2 : 0
                    visible: !page.viewModel.empty && (cases.count > 0 || drafts.count > 0)
                    spacing: Theme.s4

                    Words {
                        text: page.viewModel.listTitle
                        strong: true
                        font.pixelSize: Theme.h3
                    }

                    Words {
                        Layout.fillWidth: true
                        text: page.viewModel.listWords
                        color: Theme.ink2
                    }

                    ActionButton {
                        kind: ActionButton.Quiet
                        iconName: "eye"
                        text: qsTr("看姓名 5 秒")
                        onClicked: page.viewModel.reveal()
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: cases.count > 0
                    padding: Theme.s2
                    implicitHeight: caseRows.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: caseRows
                        width: parent.width
                        spacing: 0

                        Repeater {
                            id: cases
                            model: page.viewModel.cases

                            QuietRow {
                                required property string number
                                required due
                                required person
                                required tail
                                required total
                                required finished
                                required countWords
                                required next
                                required last

                                Layout.fillWidth: true
                                Layout.leftMargin: Theme.s4
                                Layout.rightMargin: Theme.s4
                                onClicked: page.viewModel.openCase(number)
                            }
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: drafts.count > 0
                    padding: Theme.s2
                    implicitHeight: draftRows.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: draftRows
                        width: parent.width
                        spacing: 0

                        Repeater {
                            id: drafts
                            model: page.viewModel.drafts

                            AttentionRow {
                                required property string caseId
                                required property string words
                                required property string saved
                                required person
                                required last

                                Layout.fillWidth: true
                                Layout.leftMargin: Theme.s4
                                Layout.rightMargin: Theme.s4
                                iconName: "pen"
                                due: saved
                                what: words
                                verb: qsTr("接着办")
                                onClicked: page.viewModel.openDraft(caseId)
                            }
                        }
                    }
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.low ? Theme.s5 : Theme.s8
                    Layout.bottomMargin: Theme.s6
                    visible: page.viewModel.empty
                    spacing: Theme.s3

                    Icon {
                        Layout.alignment: Qt.AlignHCenter
                        name: page.viewModel.view === 1 ? "pen" : page.viewModel.view === 2 ? "check" : "mark"
                        size: Theme.px(Theme.low ? 84 : 120)
                        weight: 1
                        color: Theme.slateLine
                    }

                    Words {
                        Layout.fillWidth: true
                        horizontalAlignment: Text.AlignHCenter
                        text: page.viewModel.emptyTitle
                        strong: true
                        font.pixelSize: Theme.h3
                    }

                    Words {
                        Layout.fillWidth: true
                        horizontalAlignment: Text.AlignHCenter
                        text: page.viewModel.emptyWords
                        color: Theme.ink2
                    }
                }
            }
        }
        side: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                GridLayout {
                    Layout.fillWidth: true
                    columns: 2
                    columnSpacing: Theme.gap
                    rowSpacing: Theme.low ? Theme.s3 : Theme.s4

                    BigButton {
                        Layout.columnSpan: Theme.narrow ? 1 : 2
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        Layout.preferredWidth: 300
                        iconName: "plus"
                        text: qsTr("新办一件")
                        words: qsTr("也可以直接把身份证放到读卡器上")
                        keyName: "F2"
                        filled: true
                        onClicked: page.viewModel.newCase()
                    }

                    BigButton {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        Layout.preferredWidth: 200
                        iconName: "search"
                        text: qsTr("查一件")
                        words: Theme.narrow ? qsTr("刷卡、输号码或姓名") : ""
                        onClicked: page.viewModel.lookUp()
                    }

                    BigButton {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        Layout.preferredWidth: Theme.narrow ? 300 : 200
                        iconName: "book"
                        text: Theme.narrow ? qsTr("办事指南") : qsTr("指南")
                        words: Theme.narrow ? qsTr("要办什么，带什么，多久") : ""
                        onClicked: page.viewModel.openGuide()
                    }

                    Flow {
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignVCenter
                        Layout.preferredWidth: 200
                        visible: Theme.narrow
                        spacing: Theme.gap

                        ActionButton {
                            iconName: "list"
                            text: qsTr("统计")
                            onClicked: page.viewModel.openStatistics()
                        }

                        ActionButton {
                            iconName: "clock"
                            text: qsTr("日结")
                            onClicked: page.viewModel.openDayEnd()
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: !Theme.narrow
                    padding: Theme.low ? Theme.s4 : Theme.s5
                    implicitHeight: syncColumn.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: syncColumn
                        width: parent.width
                        spacing: Theme.s1

                        RowLayout {
                            Layout.fillWidth: true

                            Words {
                                Layout.fillWidth: true
                                text: qsTr("同步")
                                strong: true
                                font.pixelSize: Theme.between
                            }

                            ToneBadge {
                                text: page.viewModel.network
                                toneName: page.viewModel.networkTone
                            }
                        }

                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.syncHeadline
                            strong: true
                            font.pixelSize: Theme.h2
                        }

                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.syncWords
                            color: Theme.ink2
                        }

                        ActionButton {
                            Layout.leftMargin: -Theme.s4
                            Layout.bottomMargin: -Theme.s3
                            kind: ActionButton.Quiet
                            trailingIcon: "chevron"
                            text: qsTr("查看同步中心")
                            onClicked: page.viewModel.openSync()
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: !Theme.narrow
                    padding: Theme.low ? Theme.s4 : Theme.s5
                    implicitHeight: dayColumn.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: dayColumn
                        width: parent.width
                        spacing: 0

                        RowLayout {
                            Layout.fillWidth: true
                            Layout.topMargin: -Theme.s3
                            spacing: Theme.s3

                            Words {
                                text: qsTr("今天")
                                strong: true
                                font.pixelSize: Theme.between
                            }

                            Words {
                                Layout.fillWidth: true
                                text: Theme.compact ? "" : page.viewModel.todayWords
                                color: Theme.ink2
                            }

                            ActionButton {
                                kind: ActionButton.Quiet
                                padding: Theme.s2
                                text: qsTr("统计")
                                onClicked: page.viewModel.openStatistics()
                            }

                            ActionButton {
                                Layout.rightMargin: -Theme.s2
                                kind: ActionButton.Quiet
                                padding: Theme.s2
                                text: qsTr("日结")
                                onClicked: page.viewModel.openDayEnd()
                            }
                        }

                        Repeater {
                            model: page.viewModel.counts

                            FactRow {
                                Layout.fillWidth: true
                                required label
                                required value
                            }
                        }
                    }
                }
            }
        }
    }
}
