pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "new_case"

// Taken in: the number, the papers, what comes next, one voluntary rating.
Rectangle {
    id: page

    required property TakenInViewModel viewModel
    readonly property bool stacked: Theme.narrow || Theme.portrait

    color: Theme.paper

    Shortcut {
        sequences: ["Ctrl+Return", "Ctrl+Enter"]
        onActivated: page.viewModel.finish()
    }

    Soon {
        id: showRating
        onTriggered: given.show(ratingPanel)
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        StepHeader {
            Layout.fillWidth: true
            backText: qsTr("工作台")
            title: qsTr("新办一件")
            steps: page.viewModel.steps
            current: -1
            reached: page.viewModel.steps.length
            standing: page.viewModel.savedWords
            who: page.viewModel.operatorWords
            onBack: page.viewModel.finish()
        }

        StepPage {
            id: step
            readonly property bool tight: Theme.low && !page.stacked
            Layout.fillWidth: true
            Layout.fillHeight: true
            title: qsTr("已收件")
            subtitle: page.viewModel.who

            GridLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                columns: page.stacked ? 1 : 2
                columnSpacing: Theme.gutter
                rowSpacing: Theme.gutter

                ScrollArea {
                    id: given
                    Layout.fillWidth: true
                    Layout.fillHeight: !page.stacked
                    Layout.preferredHeight: page.stacked ? implicitHeight : 0
                    contentLength: handed.implicitHeight

                    ColumnLayout {
                        id: handed
                        width: parent.width
                        height: page.stacked ? implicitHeight : Math.max(implicitHeight, given.height)
                        spacing: Theme.low ? Theme.s3 : Theme.s5

                        Panel {
                            id: numberPanel
                            Layout.fillWidth: true
                            level: 2
                            padding: Theme.low ? Theme.s3 : Theme.s5
                            implicitHeight: number.implicitHeight + 2 * padding

                            GridLayout {
                                id: number
                                anchors.left: parent.left
                                anchors.right: parent.right
                                columns: numberPanel.width > Theme.px(500) ? 2 : 1
                                columnSpacing: Theme.s4

                                ColumnLayout {
                                    Layout.fillWidth: true
                                    spacing: 0

                                    Words {
                                        text: qsTr("收件编号")
                                        color: Theme.ink2
                                    }
                                    Words {
                                        Layout.fillWidth: true
                                        text: step.tight ? page.viewModel.numberHead + " " + page.viewModel.numberTail : page.viewModel.numberHead
                                        strong: true
                                        font.pixelSize: Theme.compact ? Theme.h1 : Theme.display
                                        fontSizeMode: Text.HorizontalFit
                                        minimumPixelSize: Theme.lead
                                        wrapMode: Text.NoWrap
                                    }
                                    Words {
                                        Layout.fillWidth: true
                                        visible: !step.tight
                                        text: page.viewModel.numberTail
                                        strong: true
                                        font.pixelSize: Theme.compact ? Theme.h1 : Theme.display
                                        fontSizeMode: Text.HorizontalFit
                                        minimumPixelSize: Theme.lead
                                        wrapMode: Text.NoWrap
                                    }
                                    Words {
                                        Layout.fillWidth: true
                                        text: qsTr("这是收件，还不是受理；受理后另有通知书")
                                        color: Theme.ink2
                                    }
                                }
                                ColumnLayout {
                                    Layout.alignment: Qt.AlignTop | Qt.AlignRight
                                    spacing: 0

                                    QrCode {
                                        Layout.alignment: Qt.AlignHCenter
                                        side: page.viewModel.qrSide
                                        path: page.viewModel.qrPath
                                        size: Theme.low ? Theme.px(96) : Theme.px(176)
                                        words: page.viewModel.qrWords
                                    }
                                    Words {
                                        Layout.alignment: Qt.AlignHCenter
                                        visible: !step.tight
                                        text: page.viewModel.qrWords
                                        color: Theme.ink2
                                    }
                                }
                            }
                        }
                        Panel {
                            Layout.fillWidth: true
                            attention: page.viewModel.paperTrouble
                            padding: Theme.low ? Theme.s3 : Theme.s5
                            implicitHeight: papers.implicitHeight + 2 * padding

                            ColumnLayout {
                                id: papers
                                anchors.left: parent.left
                                anchors.right: parent.right
                                spacing: Theme.s2

                                RowLayout {
                                    Layout.fillWidth: true
                                    spacing: Theme.s3

                                    Words {
                                        text: qsTr("交给您的纸")
                                        strong: true
                                        font.pixelSize: Theme.h3
                                        wrapMode: Text.NoWrap
                                    }
                                    Words {
                                        Layout.fillWidth: true
                                        text: page.viewModel.paperWords
                                        color: page.viewModel.paperTrouble ? Theme.amber : Theme.ink2
                                    }
                                    ActionButton {
                                        text: qsTr("再打一张")
                                        onClicked: page.viewModel.printAgain()
                                    }
                                }
                                Repeater {
                                    model: page.viewModel.papers

                                    ColumnLayout {
                                        id: paper

                                        required property string name
                                        required property string copies
                                        required property string stage
                                        required property string tone

                                        Layout.fillWidth: true
                                        spacing: Theme.s2

                                        Separator {
                                            Layout.fillWidth: true
                                        }
                                        RowLayout {
                                            Layout.fillWidth: true
                                            spacing: Theme.s3

                                            Icon {
                                                name: "document"
                                                color: Theme.slate
                                            }
                                            Words {
                                                text: paper.name
                                                strong: true
                                                font.pixelSize: Theme.between
                                            }
                                            Words {
                                                Layout.fillWidth: true
                                                text: paper.copies
                                                color: Theme.ink2
                                            }
                                            Badge {
                                                tone: paper.tone === "green" ? Badge.Green : paper.tone === "amber" ? Badge.Amber : paper.tone === "slate" ? Badge.Slate : Badge.Neutral
                                                text: paper.stage
                                            }
                                        }
                                    }
                                }
                            }
                        }
                        RatingPanel {
                            id: ratingPanel
                            Layout.fillWidth: true
                            viewModel: page.viewModel
                            onReasonsShown: showRating.restart()
                        }
                    }
                }

                ColumnLayout {
                    Layout.fillWidth: page.stacked
                    Layout.fillHeight: true
                    Layout.preferredWidth: page.stacked ? -1 : Theme.px(Theme.compact ? 560 : 880)
                    spacing: Theme.low ? Theme.s2 : Theme.s4

                    GridLayout {
                        Layout.fillWidth: true
                        columns: coming.width > Theme.px(500) ? 2 : 1
                        columnSpacing: Theme.s4
                        rowSpacing: 0

                        Words {
                            text: qsTr("接下来")
                            strong: true
                            font.pixelSize: Theme.h3
                        }
                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.noticeWay
                            color: Theme.ink2
                        }
                    }
                    Panel {
                        id: coming

                        // Where a few lines fill the screen, the nearest are shown; the paper has them all, and one touch.
                        property bool opened: !Theme.tiny
                        readonly property int lines: opened ? stops.count : Math.min(3, stops.count)

                        Layout.fillWidth: true
                        Layout.fillHeight: !page.stacked
                        padding: Theme.low ? Theme.s3 : Theme.s5
                        Layout.minimumHeight: page.stacked ? implicitHeight : Theme.px(180)
                        implicitHeight: page.stacked ? next.implicitHeight + 2 * padding : Theme.px(180)

                        ScrollArea {
                            anchors.fill: parent
                            contentLength: next.implicitHeight

                            ColumnLayout {
                                id: next
                                width: parent.width
                                spacing: 0

                                Repeater {
                                    id: stops
                                    model: page.viewModel.next

                                    NextLine {
                                        Layout.fillWidth: true
                                        visible: index < coming.lines
                                        last: index === coming.lines - 1
                                        narrow: coming.width < Theme.px(500)
                                    }
                                }
                                ActionButton {
                                    Layout.alignment: Qt.AlignRight
                                    visible: Theme.tiny && stops.count > 3
                                    kind: ActionButton.Quiet
                                    text: coming.opened ? qsTr("收起") : qsTr("看全部 %1 条").arg(stops.count)
                                    onClicked: coming.opened = !coming.opened
                                }
                            }
                        }
                    }
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: Theme.s1

                        Title {
                            Layout.fillWidth: true
                            horizontalAlignment: Text.AlignHCenter
                            text: qsTr("请节哀，我们会把后面的事办好。")
                            font.pixelSize: step.tight ? Theme.lead : Theme.h2
                            font.weight: Font.DemiBold
                            color: Theme.slate
                            Accessible.role: Accessible.StaticText
                        }
                        Words {
                            Layout.fillWidth: true
                            horizontalAlignment: Text.AlignHCenter
                            visible: !step.tight
                            text: page.viewModel.askWords
                            color: Theme.ink2
                        }
                    }
                }
            }
        }

        // The second half of a double tap on 收件 falls on this page's button: it must not close what nobody has read.
        Timer {
            id: secondTap
            objectName: "secondTap"
            interval: Application.styleHints.mouseDoubleClickInterval
            running: true
        }

        BottomBar {
            Layout.fillWidth: true
            laterText: qsTr("看这一件")
            hint: page.viewModel.hint
            hintNeedsPerson: page.viewModel.paperTrouble
            primaryText: qsTr("完成，接下一位")
            onLater: page.viewModel.openCase()
            onPrimary: if (!secondTap.running)
                page.viewModel.finish()
        }
    }
}
