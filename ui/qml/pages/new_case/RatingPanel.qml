pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// 好差评: five levels or none, and why when it is one of the two lowest.
Panel {
    id: panel

    required property TakenInViewModel viewModel

    // The reasons are laid out some time after they are there.
    signal reasonsShown

    padding: Theme.low ? Theme.s3 : Theme.s5
    implicitHeight: rating.implicitHeight + 2 * padding
    onHeightChanged: if (viewModel.needsReason)
        reasonsShown()

    ColumnLayout {
        id: rating
        anchors.left: parent.left
        anchors.right: parent.right
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Words {
                text: qsTr("请您评一评")
                strong: true
                font.pixelSize: Theme.h3
            }
            Words {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignRight
                text: panel.viewModel.ratingWords
                color: panel.viewModel.rated ? Theme.green : Theme.ink2
            }
            ActionButton {
                visible: !panel.viewModel.rated
                text: qsTr("不评价")
                onClicked: panel.viewModel.declineRating()
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: panel.width > Theme.px(620) ? 5 : 3
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            uniformCellWidths: true
            uniformCellHeights: true

            Repeater {
                model: panel.viewModel.levels

                LevelButton {
                    required property string key

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    enabled: !panel.viewModel.rated
                    onClicked: panel.viewModel.chooseLevel(parseInt(key))
                }
            }
        }
        Flow {
            Layout.fillWidth: true
            visible: panel.viewModel.needsReason
            spacing: Theme.gap

            Repeater {
                model: panel.viewModel.reasons

                AnswerTile {
                    required property string key
                    required text
                    required chosen

                    single: true
                    onClicked: panel.viewModel.chooseReason(key)
                }
            }
        }
    }
}
