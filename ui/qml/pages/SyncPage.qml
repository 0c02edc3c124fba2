pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The sync centre: what is on its way and why it waits. Mostly there is nothing to do here.
Item {
    id: page

    required property SyncCentreViewModel viewModel

    TwoColumns {
        anchors.fill: parent
        main: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                PageHead {
                    Layout.fillWidth: true
                    title: page.viewModel.title

                    ToneBadge {
                        text: page.viewModel.network
                        toneName: page.viewModel.networkTone
                    }
                }

                Words {
                    Layout.fillWidth: true
                    text: page.viewModel.words
                    font.pixelSize: Theme.between
                    color: Theme.ink2
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    visible: page.viewModel.progress !== ""
                    spacing: Theme.s2

                    Words {
                        Layout.fillWidth: true
                        text: page.viewModel.progress
                    }

                    Rectangle {
                        Layout.fillWidth: true
                        implicitHeight: Theme.px(10)
                        radius: height / 2
                        color: Theme.sunken
                        Accessible.role: Accessible.ProgressBar
                        Accessible.name: page.viewModel.progress

                        Rectangle {
                            height: parent.height
                            width: parent.width * page.viewModel.share
                            visible: page.viewModel.share > 0
                            radius: height / 2
                            color: Theme.slate
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: page.viewModel.hubOnly !== ""
                    level: 2
                    padding: Theme.s4
                    implicitHeight: hubOnly.implicitHeight + 2 * padding

                    Words {
                        id: hubOnly
                        width: parent.width
                        text: page.viewModel.hubOnly
                    }
                }

                RowLayout {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.s3
                    visible: page.viewModel.waiting
                    spacing: Theme.s4

                    Words {
                        text: qsTr("还在路上的")
                        strong: true
                        font.pixelSize: Theme.h3
                    }

                    Words {
                        Layout.fillWidth: true
                        text: qsTr("送达一件，这里少一件")
                        color: Theme.ink2
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: page.viewModel.waiting
                    padding: Theme.s2
                    implicitHeight: rows.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: rows
                        width: parent.width
                        spacing: 0

                        Repeater {
                            model: page.viewModel.lines

                            QueueRow {
                                required property string number
                                required property string event

                                Layout.fillWidth: true
                                Layout.leftMargin: Theme.s4
                                Layout.rightMargin: Theme.s4
                                onClicked: page.viewModel.openCase(number)
                                onSendAgain: page.viewModel.sendAgain(event)
                                onCorrect: page.viewModel.openSheet(number, "correct")
                                onWithdraw: page.viewModel.openSheet(number, "withdraw")
                            }
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    visible: !page.viewModel.waiting
                    implicitHeight: nothing.implicitHeight + 2 * Theme.s8

                    ColumnLayout {
                        id: nothing
                        width: parent.width
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: Theme.s3

                        Rectangle {
                            Layout.alignment: Qt.AlignHCenter
                            implicitWidth: Theme.px(84)
                            implicitHeight: implicitWidth
                            radius: width / 2
                            color: Theme.greenTint

                            Icon {
                                anchors.centerIn: parent
                                name: "check"
                                size: Theme.px(48)
                                color: Theme.green
                            }
                        }

                        Words {
                            Layout.fillWidth: true
                            horizontalAlignment: Text.AlignHCenter
                            text: qsTr("没有在路上的件")
                            strong: true
                            font.pixelSize: Theme.h3
                        }

                        Words {
                            Layout.fillWidth: true
                            horizontalAlignment: Text.AlignHCenter
                            text: qsTr("每一件都已在省级平台收好")
                            color: Theme.ink2
                        }
                    }
                }

                Words {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.s3
                    visible: page.viewModel.anyOffers
                    text: qsTr("在这里代收的异地补正")
                    strong: true
                    font.pixelSize: Theme.h3
                }

                Panel {
                    Layout.fillWidth: true
                    visible: page.viewModel.anyOffers
                    padding: Theme.s4
                    implicitHeight: offers.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: offers
                        width: parent.width
                        spacing: Theme.s3

                        Repeater {
                            model: page.viewModel.offers

                            Words {
                                required property string grouped
                                required property string when
                                required property string words

                                Layout.fillWidth: true
                                text: grouped + "　" + when + "\n" + words
                            }
                        }
                    }
                }
            }
        }
        side: Component {
            ColumnLayout {
                spacing: Theme.s4

                Panel {
                    Layout.fillWidth: true
                    level: 2
                    padding: Theme.s5
                    implicitHeight: side.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: side
                        width: parent.width
                        spacing: 0

                        Words {
                            Layout.fillWidth: true
                            Layout.bottomMargin: Theme.s3
                            text: qsTr("一共")
                            strong: true
                            font.pixelSize: Theme.between
                        }

                        Repeater {
                            model: page.viewModel.counts

                            FactRow {
                                Layout.fillWidth: true
                                required label
                                required value
                            }
                        }

                        Words {
                            Layout.fillWidth: true
                            Layout.bottomMargin: Theme.s3
                            visible: text !== ""
                            text: page.viewModel.oldest
                            color: Theme.ink2
                        }

                        ActionButton {
                            Layout.fillWidth: true
                            Layout.topMargin: Theme.s3
                            small: false
                            kind: page.viewModel.asked ? ActionButton.Waiting : page.viewModel.waiting ? ActionButton.Primary : ActionButton.Secondary
                            iconName: "refresh"
                            text: page.viewModel.asked ? qsTr("正在重试") : qsTr("立即重试")
                            onClicked: page.viewModel.retry()
                        }

                        Words {
                            Layout.fillWidth: true
                            Layout.topMargin: Theme.s3
                            text: qsTr("平时不用按，系统会自己重试。")
                            color: Theme.ink2
                        }
                    }
                }

                SyncStick {
                    Layout.fillWidth: true
                    viewModel: page.viewModel.stick
                }
            }
        }
    }
}
