pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What may hold for the deceased, a tile each; the last ones answer for all the rest at once.
GridLayout {
    id: grid

    required property CircumstanceViewModel viewModel
    required property real room
    property bool mayBeUnknown: true

    columns: Math.max(1, Math.floor((grid.room + columnSpacing) / (Theme.px(180) + columnSpacing)))
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap
    uniformCellWidths: true

    Repeater {
        model: grid.viewModel.tags

        AnswerTile {
            required property string key
            required property string hint
            required text
            required chosen

            Layout.fillWidth: true
            Layout.fillHeight: true
            Accessible.description: hint
            onClicked: grid.viewModel.toggleTag(key)
        }
    }
    AnswerTile {
        Layout.fillWidth: true
        Layout.fillHeight: true
        single: true
        strong: true
        text: qsTr("其余都没有")
        chosen: grid.viewModel.restIsNo
        onClicked: grid.viewModel.restNo()
    }
    AnswerTile {
        Layout.fillWidth: true
        Layout.fillHeight: true
        visible: grid.mayBeUnknown
        single: true
        strong: true
        text: qsTr("其余不清楚")
        chosen: grid.viewModel.restIsUnknown
        onClicked: grid.viewModel.restUnknown()
    }
}
