pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Documents that departments gave: fetched when asked for, then shown and printed without a network.
Panel {
    id: panel

    required property CaseResultsViewModel viewModel

    padding: Theme.s4
    implicitHeight: resultColumn.implicitHeight + 2 * padding

    ColumnLayout {
        id: resultColumn
        width: parent.width
        spacing: Theme.s2

        Words {
            Layout.fillWidth: true
            text: qsTr("部门给的结果文书")
            strong: true
            font.pixelSize: Theme.between
        }

        Repeater {
            model: panel.viewModel.rows

            ColumnLayout {
                id: result

                required property string resultId
                required property string name
                required property string words
                required property bool needsPerson
                required property string fetchText
                required property bool here

                Layout.fillWidth: true
                spacing: Theme.s2

                Separator {
                    Layout.fillWidth: true
                }

                Words {
                    Layout.fillWidth: true
                    text: result.name
                    strong: true
                }

                Words {
                    Layout.fillWidth: true
                    text: result.words
                    color: result.needsPerson ? Theme.amber : Theme.ink2
                }

                RowLayout {
                    Layout.fillWidth: true
                    visible: result.here || result.fetchText !== ""
                    spacing: Theme.gap

                    Item {
                        Layout.fillWidth: true
                    }

                    ActionButton {
                        Layout.minimumWidth: Theme.px(110)
                        visible: result.fetchText !== ""
                        text: result.fetchText
                        Accessible.description: result.name
                        onClicked: panel.viewModel.fetch(result.resultId)
                    }

                    ActionButton {
                        Layout.minimumWidth: Theme.px(110)
                        visible: result.here
                        enabled: !panel.viewModel.busy
                        text: qsTr("查看")
                        Accessible.description: result.name
                        onClicked: panel.viewModel.view(result.resultId)
                    }

                    ActionButton {
                        Layout.minimumWidth: Theme.px(110)
                        visible: result.here
                        enabled: !panel.viewModel.busy
                        text: qsTr("打印")
                        Accessible.description: result.name
                        onClicked: panel.viewModel.printOut(result.resultId)
                    }
                }
            }
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.viewModel.notice
            strong: true
        }
    }
}
