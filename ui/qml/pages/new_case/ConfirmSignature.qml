import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The place to sign, and the ways of somebody who cannot write. Where somebody acts for another, two sign in turn.
Panel {
    id: sign

    required property SigningViewModel viewModel
    property bool cannotWrite: false
    readonly property string wayText: cannotWrite ? qsTr("还是签名") : qsTr("不能写字")
    // Where it is low, below 重签 it would push the pad off the page when there is a letter, too.
    readonly property bool beside: Theme.low && viewModel.letterWanted && !viewModel.letterTurn

    signal letterAsked

    active: sign.viewModel.words === ""
    padding: Theme.low ? Theme.s3 : Theme.s5
    implicitHeight: signing.implicitHeight + 2 * padding

    ColumnLayout {
        id: signing
        anchors.fill: parent
        spacing: Theme.low ? Theme.s2 : Theme.s3

        RowLayout {
            Layout.fillWidth: true
            visible: sign.viewModel.letterWanted
            spacing: Theme.gap

            SegmentButton {
                Layout.fillWidth: true
                light: true
                text: qsTr("授权委托书")
                checked: sign.viewModel.letterTurn
                onClicked: {
                    sign.cannotWrite = false;
                    sign.viewModel.turnToLetter();
                }
            }
            SegmentButton {
                Layout.fillWidth: true
                light: true
                text: qsTr("这一件")
                checked: !sign.viewModel.letterTurn
                onClicked: sign.viewModel.turnToCase()
            }
            ActionButton {
                kind: ActionButton.Quiet
                visible: !sign.beside
                text: qsTr("看全文")
                Accessible.name: qsTr("看授权委托书全文")
                onClicked: sign.letterAsked()
            }
            ActionButton {
                kind: ActionButton.Quiet
                visible: sign.beside
                text: sign.wayText
                onClicked: sign.cannotWrite = !sign.cannotWrite
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Words {
                Layout.fillWidth: true
                text: sign.viewModel.title
                strong: true
                font.pixelSize: Theme.low ? Theme.body : Theme.lead
            }
            // Where it is low, beside the title: under the buttons it would push the pad off the page.
            Words {
                Layout.maximumWidth: sign.width / 2
                visible: Theme.low && text !== ""
                text: sign.viewModel.words
                color: Theme.green
            }
        }
        GridLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            columns: Theme.low ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.s3

            SignaturePad {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.minimumHeight: Theme.low ? 0 : Theme.px(110)
                Layout.preferredHeight: Theme.low ? 0 : Theme.px(110)
                Layout.maximumHeight: Theme.px(280)
                implicitWidth: Theme.px(300)
                visible: !sign.cannotWrite
                words: sign.viewModel.title
                path: sign.viewModel.path
                onStrokeDrawn: fractions => sign.viewModel.addStroke(fractions)
            }
            GridLayout {
                Layout.fillWidth: true
                visible: sign.cannotWrite
                columns: 2
                columnSpacing: Theme.gap
                uniformCellWidths: true

                ChoiceTile {
                    Layout.fillWidth: true
                    text: qsTr("按手印")
                    words: qsTr("按在凭证上")
                    onClicked: {
                        sign.viewModel.signWithoutWriting("fingerprint");
                        sign.cannotWrite = false;
                    }
                }
                ChoiceTile {
                    Layout.fillWidth: true
                    text: qsTr("请见证人签")
                    words: qsTr("签在凭证上")
                    onClicked: {
                        sign.viewModel.signWithoutWriting("witness");
                        sign.cannotWrite = false;
                    }
                }
            }
            GridLayout {
                columns: Theme.low ? 1 : 4
                columnSpacing: Theme.gap
                rowSpacing: Theme.s2

                ActionButton {
                    Layout.fillWidth: Theme.low
                    text: qsTr("重签")
                    onClicked: {
                        sign.cannotWrite = false;
                        sign.viewModel.signAgain();
                    }
                }
                ActionButton {
                    Layout.fillWidth: Theme.low
                    kind: ActionButton.Quiet
                    visible: !sign.viewModel.letterTurn && !sign.beside
                    text: sign.wayText
                    onClicked: sign.cannotWrite = !sign.cannotWrite
                }
                Item {
                    Layout.fillWidth: true
                    visible: !Theme.low
                }
                Words {
                    Layout.maximumWidth: sign.width / 2
                    visible: !Theme.low && text !== ""
                    text: sign.viewModel.words
                    color: Theme.green
                }
            }
        }
    }
}
