import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What staff can change in the case of their own accord.
Panel {
    id: panel

    required property AmendmentViewModel viewModel

    padding: Theme.s4
    implicitHeight: changeColumn.implicitHeight + 2 * padding

    ColumnLayout {
        id: changeColumn
        width: parent.width
        spacing: Theme.s3

        Words {
            Layout.fillWidth: true
            text: qsTr("变更")
            strong: true
            font.pixelSize: Theme.between
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.viewModel.authorization
            color: Theme.ink2
        }

        Flow {
            Layout.fillWidth: true
            spacing: Theme.gap

            ActionButton {
                text: qsTr("更正或补材料")
                onClicked: panel.viewModel.open("correct")
            }

            ActionButton {
                visible: panel.viewModel.mayWithdraw
                text: qsTr("撤回")
                onClicked: panel.viewModel.open("withdraw")
            }

            ActionButton {
                visible: panel.viewModel.mayReopen
                text: qsTr("恢复办理")
                onClicked: panel.viewModel.open("reopen")
            }

            ActionButton {
                visible: panel.viewModel.mayRevoke
                text: qsTr("撤回授权")
                onClicked: panel.viewModel.open("revoke")
            }
        }
    }
}
