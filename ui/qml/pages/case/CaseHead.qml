import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Whose case it is, its number, and how its matters stand in badges.
GridLayout {
    id: head

    required property CaseViewModel viewModel

    columns: Theme.compact ? 1 : 2
    columnSpacing: Theme.s5
    rowSpacing: Theme.s2

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.s3

        ActionButton {
            Layout.leftMargin: -Theme.s4
            kind: ActionButton.Quiet
            iconName: "arrow-left"
            text: ""
            Accessible.name: qsTr("回工作台")
            onClicked: head.viewModel.back()
        }

        Words {
            text: head.viewModel.person
            strong: true
            wrapMode: head.viewModel.person.length > 8 ? Text.Wrap : Text.NoWrap
            Layout.maximumWidth: Theme.px(420)
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
                text: head.viewModel.info
                color: Theme.ink2
            }
        }
    }

    Flow {
        Layout.fillWidth: Theme.compact
        Layout.preferredWidth: Theme.compact ? -1 : badges.implicitWidth
        spacing: Theme.gap

        Row {
            id: badges
            spacing: Theme.gap

            Badge {
                visible: text !== ""
                tone: Badge.Green
                text: head.viewModel.finishedWords
            }

            Badge {
                visible: text !== ""
                tone: Badge.Slate
                iconName: "clock"
                text: head.viewModel.goingWords
            }

            Badge {
                visible: text !== ""
                tone: Badge.Amber
                iconName: "document"
                text: head.viewModel.stoppedWords
            }

            Badge {
                visible: text !== ""
                text: head.viewModel.withdrawnWords
            }
        }
    }
}
