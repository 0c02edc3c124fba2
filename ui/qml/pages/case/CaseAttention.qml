pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What needs a person now, and what runs on beside it.
Panel {
    id: panel

    required property CaseViewModel viewModel

    level: 2
    attention: true
    padding: Theme.s4
    implicitHeight: attentionColumn.implicitHeight + 2 * padding

    ColumnLayout {
        id: attentionColumn
        width: parent.width
        spacing: Theme.s3

        Repeater {
            model: panel.viewModel.stopped

            ColumnLayout {
                id: stop

                required property string title
                required property string matters
                required property string words
                required property string due

                Layout.fillWidth: true
                spacing: Theme.s3

                Words {
                    Layout.fillWidth: true
                    text: stop.title
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
                        text: stop.matters + "\n" + stop.words
                        strong: true
                        font.pixelSize: Theme.between
                        color: Theme.amber
                    }
                }

                Words {
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: stop.due
                    strong: true
                    color: Theme.amber
                }
            }
        }

        ActionButton {
            Layout.fillWidth: true
            visible: panel.viewModel.correctable
            kind: ActionButton.Primary
            text: qsTr("补正")
            onClicked: panel.viewModel.amendment.open("correct")
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.viewModel.othersWords
            color: Theme.ink2
        }

        Words {
            Layout.fillWidth: true
            text: qsTr("请联系申请人，手机号在下面，按“看 5 秒”。")
            color: Theme.ink2
        }
    }
}
