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

        StoppedMatters {
            Layout.fillWidth: true
            stopped: panel.viewModel.stopped
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
            text: panel.viewModel.brought
            strong: true
        }

        ActionButton {
            Layout.fillWidth: true
            visible: panel.viewModel.broughtAside
            text: qsTr("再并入一次")
            onClicked: panel.viewModel.putIn()
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
