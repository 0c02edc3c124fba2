pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The period, the whole of it in numbers, and taking it along: on paper or as a file.
Panel {
    id: side

    required property StatisticsViewModel viewModel

    level: 2
    padding: Theme.s5
    implicitHeight: column.implicitHeight + 2 * padding

    ColumnLayout {
        id: column
        width: parent.width
        spacing: 0

        Flow {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.s3
            spacing: Theme.s2

            Repeater {
                model: side.viewModel.spans

                SegmentButton {
                    required property int index
                    required property string modelData

                    implicitWidth: Math.max(Theme.px(72), implicitContentWidth + 2 * Theme.s2)
                    light: true
                    text: modelData
                    checked: index === side.viewModel.span
                    onClicked: side.viewModel.chooseSpan(index)
                }
            }
        }

        Repeater {
            model: side.viewModel.facts

            FactRow {
                required label
                required value

                Layout.fillWidth: true
            }
        }

        ActionButton {
            Layout.fillWidth: true
            Layout.topMargin: Theme.s3
            small: false
            kind: side.viewModel.printing.busy ? ActionButton.Waiting : ActionButton.Primary
            iconName: "printer"
            text: side.viewModel.view === 3 ? qsTr("打印在办清单") : qsTr("打印统计表")
            onClicked: side.viewModel.printSheet()
        }

        ActionButton {
            Layout.fillWidth: true
            Layout.topMargin: Theme.s3
            iconName: "disk"
            text: qsTr("导出表格")
            onClicked: side.viewModel.export()
        }

        Words {
            Layout.fillWidth: true
            Layout.topMargin: Theme.s3
            text: qsTr("表格里只有数字，没有姓名和编号。")
            color: Theme.ink2
        }

        Words {
            Layout.fillWidth: true
            Layout.topMargin: Theme.s2
            visible: text !== ""
            text: side.viewModel.exported
            wrapMode: Text.WrapAnywhere
            color: side.viewModel.exportFailed ? Theme.amber : Theme.green
        }

        Words {
            Layout.fillWidth: true
            Layout.topMargin: Theme.s2
            visible: text !== ""
            text: side.viewModel.printing.words
            color: side.viewModel.printing.refused ? Theme.amber : Theme.green
        }
    }
}
