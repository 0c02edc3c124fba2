pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "new_case"

// Find a case: a card, or one field for number, document number or name.
FocusScope {
    id: page

    required property LookUpViewModel viewModel

    // A scanner types where the focus is, and whoever came by the tab left it there.
    Component.onCompleted: field.take()

    function search(): void {
        keysState.wanted = false;
        viewModel.search();
    }

    KeysState {
        id: keysState
        allowed: page.viewModel.keysOnTouch
    }

    ScrollArea {
        anchors.fill: parent
        anchors.bottomMargin: band.height
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        strip: Theme.tiny
        contentLength: body.implicitHeight + Theme.s5

        ColumnLayout {
            id: body
            width: Math.min(parent.width, Theme.contentWidth)
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.low ? Theme.s3 : Theme.s4

            PageHead {
                Layout.fillWidth: true
                Layout.topMargin: Theme.low ? Theme.s4 : Theme.s5
                title: qsTr("查一件")
                words: qsTr("刷卡、扫单子上的码、输收件编号或尾号、证件号码、姓名都可以")
            }

            Panel {
                Layout.fillWidth: true
                visible: page.viewModel.verdict !== ""
                attention: page.viewModel.verdictTone === "amber"
                implicitHeight: seal.implicitHeight + 2 * padding

                ColumnLayout {
                    id: seal
                    width: parent.width
                    spacing: Theme.s2

                    ToneBadge {
                        toneName: page.viewModel.verdictTone
                        text: page.viewModel.verdict
                    }

                    Words {
                        Layout.fillWidth: true
                        text: page.viewModel.verdictWords
                    }
                }
            }

            GridLayout {
                Layout.fillWidth: true
                columns: Theme.narrow ? 1 : 2
                columnSpacing: Theme.gutter
                rowSpacing: Theme.s4

                Panel {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.horizontalStretchFactor: 2
                    Layout.preferredWidth: 200
                    level: 2
                    implicitHeight: typed.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: typed
                        width: parent.width
                        spacing: Theme.s2

                        GridLayout {
                            Layout.fillWidth: true
                            columns: 2
                            columnSpacing: Theme.gap

                            EntryField {
                                id: field
                                Layout.fillWidth: true
                                keys: keysState
                                label: qsTr("编号、证件号码或姓名")
                                value: page.viewModel.text
                                messageLine: false
                                maximumLength: 600 // a scanned code is long
                                onEdited: text => page.viewModel.type(text)
                                onForward: page.search()
                            }

                            ActionButton {
                                Layout.alignment: Qt.AlignBottom
                                Layout.minimumWidth: Theme.px(160)
                                Layout.minimumHeight: Math.max(Theme.box, Theme.target)
                                kind: ActionButton.Primary
                                iconName: "search"
                                text: qsTr("查找")
                                onClicked: page.search()
                            }
                        }

                        Words {
                            Layout.fillWidth: true
                            Layout.minimumHeight: Theme.px(30)
                            text: page.viewModel.message
                            color: Theme.amber
                        }
                    }
                }

                Panel {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.horizontalStretchFactor: 1
                    Layout.preferredWidth: 100
                    active: true
                    padding: Theme.s4
                    implicitHeight: lay.implicitHeight + 2 * padding

                    RowLayout {
                        id: lay
                        width: parent.width
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: Theme.s4

                        CardOverReader {
                            Layout.preferredWidth: Theme.px(120)
                            Layout.preferredHeight: Theme.px(104)
                        }

                        ColumnLayout {
                            Layout.fillWidth: true
                            spacing: 0

                            Words {
                                Layout.fillWidth: true
                                text: page.viewModel.reading ? qsTr("正在读卡，请不要拿开") : qsTr("请把身份证放到读卡器上")
                                strong: true
                                font.pixelSize: Theme.between
                            }

                            Words {
                                Layout.fillWidth: true
                                text: qsTr("逝者或申请人的都可以")
                                color: Theme.ink2
                            }
                        }
                    }
                }
            }

            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.s3
                visible: page.viewModel.any
                spacing: Theme.s4

                Words {
                    Layout.fillWidth: true
                    text: page.viewModel.resultTitle
                    strong: true
                    font.pixelSize: Theme.h3
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
                visible: page.viewModel.any
                padding: Theme.s2
                implicitHeight: rows.implicitHeight + 2 * padding

                ColumnLayout {
                    id: rows
                    width: parent.width
                    spacing: 0

                    Repeater {
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

            ColumnLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.low ? Theme.s5 : Theme.s8
                visible: page.viewModel.asked && !page.viewModel.any
                spacing: Theme.s3

                Icon {
                    Layout.alignment: Qt.AlignHCenter
                    name: "search"
                    size: Theme.px(84)
                    weight: 1
                    color: Theme.slateLine
                }

                Words {
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignHCenter
                    text: page.viewModel.resultTitle
                    strong: true
                    font.pixelSize: Theme.h3
                }

                Words {
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignHCenter
                    text: page.viewModel.foreign ? qsTr("本窗口没有收过这个编号的件。") : qsTr("请核对号码。在别的窗口收的件，请输完整的收件编号，或扫收件凭证上的码。")
                    color: Theme.ink2
                }
            }

            ActionButton {
                Layout.alignment: Qt.AlignHCenter
                visible: page.viewModel.foreign
                kind: ActionButton.Primary
                iconName: "search"
                text: qsTr("全省查询")
                onClicked: page.viewModel.lookElsewhere()
            }
        }
    }

    KeysBand {
        id: band
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: implicitHeight
        keys: keysState
        textKeys: page.viewModel.textKeys
        primaryText: qsTr("查找")
        ready: true
        onPrimary: page.search()
    }
}
