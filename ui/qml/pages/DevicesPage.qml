pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Every check in words, with what to do; at the side a test read.
Item {
    id: page

    required property DevicesViewModel viewModel

    TwoColumns {
        anchors.fill: parent
        main: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                PageHead {
                    Layout.fillWidth: true
                    title: page.viewModel.title
                    words: page.viewModel.words
                }

                Panel {
                    Layout.fillWidth: true
                    padding: Theme.s2
                    implicitHeight: rows.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: rows
                        width: parent.width
                        spacing: 0

                        Repeater {
                            model: page.viewModel.checks

                            Item {
                                id: check

                                required property string icon
                                required property string title
                                required property string words
                                required property string advice
                                required property string standing
                                required property string tone
                                required property bool last

                                Layout.fillWidth: true
                                Layout.leftMargin: Theme.s4
                                Layout.rightMargin: Theme.s4
                                implicitHeight: Math.max(Theme.px(Theme.low ? 64 : 77), line.implicitHeight + Theme.s4)
                                Accessible.role: Accessible.ListItem
                                Accessible.name: [title, standing, words, advice].join("，")

                                Separator {
                                    anchors.bottom: parent.bottom
                                    width: parent.width
                                    visible: !check.last
                                }

                                RowLayout {
                                    id: line
                                    anchors.left: parent.left
                                    anchors.right: parent.right
                                    anchors.verticalCenter: parent.verticalCenter
                                    spacing: Theme.s4

                                    Icon {
                                        name: check.icon
                                        color: check.tone === "amber" ? Theme.amber : Theme.slate
                                    }

                                    Words {
                                        Layout.preferredWidth: Theme.px(Theme.narrow ? 150 : 210)
                                        text: check.title
                                        strong: true
                                    }

                                    ColumnLayout {
                                        Layout.fillWidth: true
                                        spacing: 0

                                        Words {
                                            Layout.fillWidth: true
                                            text: check.words
                                        }

                                        Words {
                                            Layout.fillWidth: true
                                            visible: text !== ""
                                            text: check.advice
                                            color: Theme.amber
                                        }
                                    }

                                    ToneBadge {
                                        text: check.standing
                                        toneName: check.tone
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
                spacing: Theme.s4

                ActionButton {
                    Layout.fillWidth: true
                    small: false
                    kind: page.viewModel.checking ? ActionButton.Waiting : ActionButton.Primary
                    iconName: "refresh"
                    text: page.viewModel.checking ? qsTr("正在检查") : qsTr("再查一次")
                    onClicked: page.viewModel.again()
                }

                Panel {
                    Layout.fillWidth: true
                    active: page.viewModel.testing
                    padding: Theme.s5
                    implicitHeight: test.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: test
                        width: parent.width
                        spacing: Theme.s3

                        Words {
                            Layout.fillWidth: true
                            text: qsTr("试读一张卡")
                            strong: true
                            font.pixelSize: Theme.between
                        }

                        CardOverReader {
                            Layout.alignment: Qt.AlignHCenter
                            visible: !Theme.low
                            Layout.preferredWidth: Theme.px(170)
                            Layout.preferredHeight: Theme.px(142)
                        }

                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.testing ? page.viewModel.readWords : qsTr("读到的内容不会留下。")
                            strong: page.viewModel.testing
                            color: !page.viewModel.testing ? Theme.ink2 : page.viewModel.readTone === "amber" ? Theme.amber : page.viewModel.readTone === "green" ? Theme.green : Theme.slate
                        }

                        ActionButton {
                            Layout.fillWidth: true
                            text: page.viewModel.testing ? qsTr("再试一张") : qsTr("开始试读")
                            onClicked: page.viewModel.testRead()
                        }
                    }
                }
            }
        }
    }
}
