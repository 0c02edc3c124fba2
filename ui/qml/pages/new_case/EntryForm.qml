pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Name and number by hand.
ColumnLayout {
    id: form

    required property IdentityViewModel viewModel
    required property string role
    required property KeysState keys
    property bool choosingType: false

    function take(number: bool): void {
        (number ? numberField : nameField).take();
    }

    spacing: Theme.s3

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.s3

        Words {
            Layout.fillWidth: true
            text: qsTr("证件：%1").arg(form.viewModel.entryType)
            strong: true
        }
        ActionButton {
            text: form.choosingType ? qsTr("就用这种") : qsTr("换一种证件")
            onClicked: form.choosingType = !form.choosingType
        }
    }
    Flow {
        Layout.fillWidth: true
        visible: form.choosingType
        spacing: Theme.gap

        Repeater {
            model: form.viewModel.documentTypes

            AnswerTile {
                required property string key
                required text
                required chosen

                single: true
                onClicked: {
                    form.viewModel.chooseDocumentType(key);
                    form.choosingType = false;
                }
            }
        }
    }
    EntryField {
        id: nameField
        objectName: "entry.name"
        Layout.fillWidth: true
        visible: !form.choosingType
        keys: form.keys
        label: qsTr("姓名")
        value: form.viewModel.entryName
        message: form.viewModel.entryNameMessage
        mood: message !== "" ? "amber" : ""
        maximumLength: 60
        onEdited: text => form.viewModel.typeName(text)
        onLeaving: form.viewModel.leave("name")
        onForward: numberField.take()
    }
    EntryField {
        id: numberField
        objectName: "entry.number"
        Layout.fillWidth: true
        visible: !form.choosingType
        keys: form.keys
        pad: form.viewModel.entryCitizen ? "document" : "text"
        label: qsTr("证件号码")
        value: form.viewModel.entryNumber
        message: form.viewModel.entryNumberMessage
        mood: message !== "" ? "amber" : form.viewModel.entryComplete ? "green" : ""
        maximumLength: 32
        onEdited: text => form.viewModel.typeNumber(text)
        onLeaving: form.viewModel.leave("document_number")
        onForward: form.viewModel.finishEntry()
        onBackward: nameField.take()
    }
    Item {
        Layout.fillHeight: true
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        ActionButton {
            kind: form.viewModel.entryComplete ? ActionButton.Primary : ActionButton.Waiting
            text: qsTr("录好了")
            onClicked: form.viewModel.finishEntry()
        }
        ActionButton {
            text: qsTr("改为读卡")
            onClicked: form.viewModel.readAgain(form.role)
        }
        ActionButton {
            kind: ActionButton.Quiet
            text: qsTr("清除")
            onClicked: form.viewModel.clear(form.role)
        }
    }
}
