import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Whether the province has the case.
Panel {
    id: panel

    required property CaseViewModel viewModel

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
                text: panel.viewModel.deliveryState
                toneName: panel.viewModel.deliveryTone
            }
        }

        Words {
            Layout.fillWidth: true
            text: panel.viewModel.deliveryWords
            color: Theme.ink2
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.viewModel.official
        }

        ActionButton {
            Layout.fillWidth: true
            visible: panel.viewModel.deliveryNeedsPerson
            kind: ActionButton.Primary
            text: qsTr("去同步中心")
            onClicked: panel.viewModel.openSync()
        }
    }
}
