pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Matters one by one: what was not filed and why, or what is open and until when. Each leads to its case.
ColumnLayout {
    id: list

    required property StatisticsViewModel viewModel

    spacing: Theme.s3

    Words {
        Layout.fillWidth: true
        text: list.viewModel.listTitle
        strong: true
        font.pixelSize: Theme.h3
    }

    Panel {
        Layout.fillWidth: true
        visible: rows.count > 0
        padding: Theme.s2
        implicitHeight: column.implicitHeight + 2 * padding

        ColumnLayout {
            id: column
            width: parent.width
            spacing: 0

            Repeater {
                id: rows
                model: list.viewModel.lines

                FollowUpRow {
                    required property string number

                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.s4
                    Layout.rightMargin: Theme.s4
                    onClicked: list.viewModel.openCase(number)
                }
            }
        }
    }
}
