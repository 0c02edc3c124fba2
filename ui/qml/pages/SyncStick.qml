pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Carrying by stick, for days without a network.
Panel {
    id: panel

    required property StickViewModel viewModel

    level: 2
    padding: Theme.s5
    implicitHeight: column.implicitHeight + 2 * padding

    ColumnLayout {
        id: column
        width: parent.width
        spacing: Theme.s3

        Words {
            Layout.fillWidth: true
            text: qsTr("用 U 盘传")
            strong: true
            font.pixelSize: Theme.between
        }

        Words {
            Layout.fillWidth: true
            visible: panel.viewModel.words === ""
            text: qsTr("断网时间长，把件装进 U 盘，拿到任何一台联网的一站终端上交。")
            color: Theme.ink2
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.viewModel.words
            color: panel.viewModel.good ? Theme.ink : Theme.amber
            Accessible.role: Accessible.AlertMessage
        }

        ActionButton {
            Layout.fillWidth: true
            kind: panel.viewModel.busy ? ActionButton.Waiting : ActionButton.Secondary
            text: panel.viewModel.busy ? qsTr("正在读写 U 盘，先别拔") : qsTr("导出到 U 盘")
            onClicked: panel.viewModel.exportCases()
        }

        ActionButton {
            Layout.fillWidth: true
            visible: !panel.viewModel.busy
            text: qsTr("从 U 盘导入")
            onClicked: panel.viewModel.importCases()
        }
    }
}
