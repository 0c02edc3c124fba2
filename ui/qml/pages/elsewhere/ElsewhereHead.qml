import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Which case, how it stands as a whole, and where it was taken in.
RowLayout {
    id: head

    required property ElsewhereViewModel viewModel

    spacing: Theme.s3

    ActionButton {
        Layout.leftMargin: -Theme.s4
        kind: ActionButton.Quiet
        iconName: "arrow-left"
        text: ""
        Accessible.name: qsTr("回查一件")
        onClicked: head.viewModel.back()
    }

    Words {
        visible: !Theme.narrow
        text: qsTr("全省查询")
        strong: true
        wrapMode: Text.NoWrap
        font.pixelSize: Theme.h1
    }

    ColumnLayout {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.s3
        spacing: 0

        Words {
            Layout.fillWidth: true
            text: head.viewModel.number
            strong: true
            font.pixelSize: Theme.between
        }

        Words {
            Layout.fillWidth: true
            text: head.viewModel.open ? head.viewModel.station : qsTr("不是本窗口收的件")
            color: Theme.ink2
        }
    }

    Badge {
        visible: text !== ""
        tone: head.viewModel.attention ? Badge.Amber : Badge.Slate
        text: head.viewModel.standing
    }
}
