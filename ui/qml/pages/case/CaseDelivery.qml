import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Whether the province has the case.
Panel {
    id: panel

    required property CaseViewModel viewModel
    readonly property CaseDeliveryViewModel delivery: viewModel.delivery

    level: delivery.needsPerson ? 2 : 1
    attention: delivery.needsPerson
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
                text: panel.delivery.state
                toneName: panel.delivery.tone
            }
        }

        Words {
            Layout.fillWidth: true
            text: panel.delivery.words
            color: Theme.ink2
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.delivery.official
        }

        Repeater {
            model: panel.delivery.earlier

            Words {
                required property string modelData

                Layout.fillWidth: true
                text: modelData
                color: Theme.ink2
            }
        }

        ActionButton {
            Layout.fillWidth: true
            visible: panel.delivery.mayCorrect
            kind: ActionButton.Primary
            text: qsTr("更正后重新报送")
            onClicked: panel.viewModel.amendment.open("correct")
        }

        ActionButton {
            Layout.fillWidth: true
            visible: panel.delivery.mayWithdraw
            text: qsTr("不办了，撤回")
            onClicked: panel.viewModel.amendment.open("withdraw")
        }

        ActionButton {
            Layout.fillWidth: true
            visible: panel.delivery.needsPerson
            kind: panel.delivery.mayCorrect ? ActionButton.Secondary : ActionButton.Primary
            text: qsTr("去同步中心")
            onClicked: panel.viewModel.openSync()
        }
    }
}
