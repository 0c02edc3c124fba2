import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The family's own card, or a supervisor who stands for it.
ColumnLayout {
    id: right

    required property ElsewhereViewModel viewModel

    spacing: Theme.low ? Theme.s3 : Theme.s4

    Connections {
        target: right.viewModel
        function onCleared(): void {
            password.clear();
        }
    }

    Panel {
        Layout.fillWidth: true
        visible: right.viewModel.away || right.viewModel.message !== ""
        attention: true
        padding: Theme.s4
        implicitHeight: said.implicitHeight + 2 * padding

        Words {
            id: said
            width: parent.width
            text: right.viewModel.message !== "" ? right.viewModel.message : qsTr("现在连不上省级平台，查不了别的窗口收的件。请打收件窗口的电话（在收件凭证上），或者拨 12345。")
            strong: true
            color: Theme.amber
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
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
                    spacing: Theme.s2

                    Words {
                        Layout.fillWidth: true
                        text: right.viewModel.busy ? qsTr("正在问省级平台") : right.viewModel.reading ? qsTr("正在读卡，请不要拿开") : qsTr("请申请人或代办人把身份证放到读卡器上")
                        strong: true
                        font.pixelSize: Theme.between
                    }

                    Words {
                        Layout.fillWidth: true
                        text: qsTr("要本人的证件；逝者的证件不够。谁查的、查了哪一件都有记录。")
                        color: Theme.ink2
                    }
                }
            }
        }

        Panel {
            Layout.fillWidth: true
            Layout.preferredWidth: 100
            level: 2
            padding: Theme.s4
            implicitHeight: form.implicitHeight + 2 * padding

            GridLayout {
                id: form
                width: parent.width
                columns: Theme.narrow ? 1 : 2
                columnSpacing: Theme.s5
                rowSpacing: Theme.s3

                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 100
                    Layout.alignment: Qt.AlignTop
                    spacing: Theme.s2

                    Words {
                        Layout.fillWidth: true
                        text: qsTr("没有带身份证，请本站点的负责人确认")
                        strong: true
                    }

                    Field {
                        id: operator
                        Layout.fillWidth: true
                        label: qsTr("负责人工号")
                        messageLine: false
                        maximumLength: 64
                        inputHints: Qt.ImhNoPredictiveText
                        onEntered: password.take()
                    }

                    Field {
                        id: password
                        Layout.fillWidth: true
                        label: qsTr("密码")
                        secret: true
                        messageLine: false
                        maximumLength: 64
                        onEntered: right.viewModel.vouch(operator.text, text)
                    }
                }

                DigitPad {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 100
                    Layout.alignment: Qt.AlignTop
                    onKey: digit => operator.editing ? operator.insert(digit) : password.insert(digit)
                    onErase: operator.editing ? operator.erase() : password.erase()
                }

                ActionButton {
                    Layout.fillWidth: true
                    Layout.columnSpan: form.columns
                    kind: right.viewModel.busy ? ActionButton.Waiting : ActionButton.Secondary
                    text: qsTr("负责人确认并查询")
                    onClicked: right.viewModel.vouch(operator.text, password.text)
                }
            }
        }
    }
}
