import QtQuick
import Yizhan.Controls
import Yizhan.ViewModels

// Shows names and numbers for as long as the view model lets them be seen.
ActionButton {
    required property ConfirmViewModel viewModel

    kind: ActionButton.Quiet
    iconName: "eye"
    text: viewModel.revealed ? qsTr("盖上") : qsTr("看 5 秒")
    Accessible.description: qsTr("显示姓名和号码五秒")
    onClicked: viewModel.reveal()
}
