pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Name and number by hand.
ColumnLayout {
    id: form

    required property IdentityViewModel viewModel
    readonly property ManualEntryViewModel entry: viewModel.entry
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
            text: qsTr("证件：%1").arg(form.entry.type)
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
            model: form.entry.documentTypes

            AnswerTile {
                required property string key
                required text
                required chosen

                single: true
                onClicked: {
                    form.entry.chooseType(key);
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
        value: form.entry.name
        message: form.entry.nameMessage
        mood: message !== "" ? "amber" : ""
        maximumLength: 60
        onEdited: text => form.entry.typeName(text)
        onLeaving: form.entry.leave("name")
        onForward: numberField.take()
    }
    EntryField {
        id: numberField
        objectName: "entry.number"
        Layout.fillWidth: true
        visible: !form.choosingType
        keys: form.keys
        pad: form.entry.citizen ? "document" : "text"
        label: qsTr("证件号码")
        value: form.entry.number
        message: form.entry.numberMessage
        mood: message !== "" ? "amber" : form.entry.complete ? "green" : ""
        maximumLength: 32
        onEdited: text => form.entry.typeNumber(text)
        onLeaving: form.entry.leave("document_number")
        onForward: form.entry.finish()
        onBackward: nameField.take()
    }
    Item {
        Layout.fillHeight: true
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        ActionButton {
            kind: form.entry.complete ? ActionButton.Primary : ActionButton.Waiting
            text: qsTr("录好了")
            onClicked: form.entry.finish()
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
