import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Who died and who applied, covered until somebody asks to see.
Panel {
    id: panel

    required property CaseViewModel viewModel

    padding: Theme.s4
    implicitHeight: peopleColumn.implicitHeight + 2 * padding

    ColumnLayout {
        id: peopleColumn
        width: parent.width
        spacing: Theme.s2

        RowLayout {
            Layout.fillWidth: true

            Words {
                Layout.fillWidth: true
                text: qsTr("人")
                strong: true
                font.pixelSize: Theme.between
            }

            ActionButton {
                kind: ActionButton.Quiet
                Layout.topMargin: -Theme.s3
                Layout.bottomMargin: -Theme.s3
                iconName: "eye"
                text: qsTr("看 5 秒")
                onClicked: panel.viewModel.reveal()
            }
        }

        GridLayout {
            Layout.fillWidth: true
            columns: 2
            columnSpacing: Theme.s4
            rowSpacing: Theme.s2

            Words {
                text: qsTr("逝者")
                color: Theme.ink2
            }

            PersonLine {
                Layout.fillWidth: true
                name: panel.viewModel.person
                number: panel.viewModel.deceasedNumber
            }

            Words {
                text: qsTr("申请人")
                color: Theme.ink2
            }

            PersonLine {
                Layout.fillWidth: true
                name: panel.viewModel.applicant
                number: panel.viewModel.applicantNumber
            }

            Words {
                visible: panel.viewModel.phone !== ""
                text: qsTr("手机")
                color: Theme.ink2
            }

            MaskedNumber {
                Layout.fillWidth: true
                visible: panel.viewModel.phone !== ""
                masked: panel.viewModel.phone
                size: Theme.body
            }
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.viewModel.apart
            color: Theme.ink2
        }
    }
}
