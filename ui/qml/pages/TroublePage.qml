import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The last line of defence in words: everything is safe, here is the code, here is the way back.
Item {
    id: page

    required property ShellViewModel viewModel

    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(820))
        spacing: Theme.s5

        Icon {
            name: "note"
            size: Theme.px(84)
            weight: 1.2
            color: Theme.amber
        }

        Title {
            Layout.fillWidth: true
            text: page.viewModel.troubleWhat
        }

        Words {
            Layout.fillWidth: true
            text: qsTr("已收的件和草稿都还在。")
            strong: true
            font.pixelSize: Theme.lead
        }

        Words {
            Layout.fillWidth: true
            text: page.viewModel.troubleDo
            font.pixelSize: Theme.lead
            color: Theme.ink2
        }

        Badge {
            tone: Badge.Amber
            text: page.viewModel.troubleCode
        }

        ActionButton {
            Layout.topMargin: Theme.s4
            kind: ActionButton.Primary
            small: false
            text: qsTr("回到登录")
            onClicked: page.viewModel.restart()
        }
    }
}
