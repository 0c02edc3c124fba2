pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What a field that is not typed asks: one answer of a list or several, or a day.
Item {
    id: sheets

    required property InformationViewModel viewModel
    required property KeysState keys

    z: 10
    visible: choices.open || days.open

    Sheet {
        id: choices
        title: sheets.viewModel.choosing
        closeText: sheets.viewModel.several ? qsTr("好了") : qsTr("返回")
        open: sheets.viewModel.choosing !== ""
        onClosed: sheets.viewModel.closeChoices()

        GridLayout {
            Layout.fillWidth: true
            columns: Math.max(1, Math.min(4, Math.floor(sheets.width / Theme.px(300))))
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            uniformCellWidths: true

            Repeater {
                model: sheets.viewModel.choices

                AnswerTile {
                    required property string key
                    required text
                    required chosen

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    single: !sheets.viewModel.several
                    onClicked: sheets.viewModel.choose(key)
                }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            visible: sheets.viewModel.writing !== ""
            spacing: Theme.s3
            onVisibleChanged: other.clear()

            EntryField {
                id: other
                Layout.fillWidth: true
                keys: sheets.keys
                pad: sheets.viewModel.writingPad
                label: sheets.viewModel.writing
                message: sheets.viewModel.writingMessage
                mood: message !== "" ? "amber" : ""
                maximumLength: 40
                onForward: sheets.viewModel.choose(text)
            }
            ActionButton {
                visible: other.text !== ""
                kind: ActionButton.Primary
                text: qsTr("好了")
                onClicked: sheets.viewModel.choose(other.text)
            }
        }
    }
    CalendarSheet {
        id: days
        title: sheets.viewModel.picking
        calendar: sheets.viewModel.calendar
        open: sheets.viewModel.picking !== ""
        onClosed: sheets.viewModel.closeChoices()
    }
}
