pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The day's end: what was taken in here, what the hub counted, the difference; each can be printed and signed.
Item {
    id: page

    required property DayEndViewModel viewModel

    TwoColumns {
        anchors.fill: parent
        sideFirst: true
        main: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                PageHead {
                    Layout.fillWidth: true
                    title: page.viewModel.title
                    words: page.viewModel.since
                }

                Words {
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: closes.count > 0 ? qsTr("日结记录") : page.viewModel.listTitle
                    strong: true
                    font.pixelSize: Theme.h3
                }

                Panel {
                    Layout.fillWidth: true
                    visible: closes.count > 0
                    padding: Theme.s2
                    implicitHeight: rows.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: rows
                        width: parent.width
                        spacing: 0

                        Repeater {
                            id: closes
                            model: page.viewModel.closes

                            ColumnLayout {
                                id: row

                                required property string eventId
                                required property string count
                                required property string words
                                required property string hubWords
                                required property string standing
                                required property string tone
                                required property bool last

                                Layout.fillWidth: true
                                Layout.leftMargin: Theme.s4
                                Layout.rightMargin: Theme.s4
                                spacing: 0

                                RowLayout {
                                    Layout.fillWidth: true
                                    Layout.topMargin: Theme.s3
                                    Layout.bottomMargin: Theme.s3
                                    spacing: Theme.s4

                                    Words {
                                        Layout.preferredWidth: Theme.px(110)
                                        text: row.count
                                        strong: true
                                        font.pixelSize: Theme.lead
                                    }

                                    ColumnLayout {
                                        Layout.fillWidth: true
                                        spacing: 0

                                        Words {
                                            Layout.fillWidth: true
                                            text: row.words
                                        }

                                        Words {
                                            Layout.fillWidth: true
                                            text: row.hubWords
                                            color: Theme.ink2
                                        }
                                    }

                                    ToneBadge {
                                        text: row.standing
                                        toneName: row.tone
                                    }

                                    ActionButton {
                                        iconName: "printer"
                                        text: Theme.compact ? "" : qsTr("打印")
                                        Accessible.name: qsTr("打印")
                                        onClicked: page.viewModel.printClose(row.eventId)
                                    }
                                }

                                Separator {
                                    Layout.fillWidth: true
                                    visible: !row.last
                                }
                            }
                        }
                    }
                }
            }
        }
        side: Component {
            Panel {
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
                        text: qsTr("还没有日结的")
                        strong: true
                        font.pixelSize: Theme.between
                    }

                    Repeater {
                        model: page.viewModel.counts

                        FactRow {
                            required label
                            required value

                            Layout.fillWidth: true
                        }
                    }

                    ActionButton {
                        Layout.fillWidth: true
                        Layout.topMargin: Theme.s3
                        small: false
                        kind: page.viewModel.closable && !page.viewModel.closing ? ActionButton.Primary : ActionButton.Waiting
                        iconName: "check"
                        text: qsTr("日结")
                        onClicked: page.viewModel.closeDay()
                    }

                    Words {
                        Layout.fillWidth: true
                        Layout.topMargin: Theme.s3
                        text: page.viewModel.words
                        color: Theme.ink2
                    }

                    Words {
                        Layout.fillWidth: true
                        Layout.topMargin: Theme.s3
                        visible: text !== ""
                        text: page.viewModel.printing.words
                        color: page.viewModel.printing.refused ? Theme.amber : Theme.green
                    }
                }
            }
        }
    }
}
