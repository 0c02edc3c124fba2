pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "../case"

// What needs a person, whose case it is, what can be collected, and where to go with it.
ColumnLayout {
    id: facts

    required property ElsewhereViewModel viewModel

    spacing: Theme.low ? Theme.s3 : Theme.s4

    Panel {
        Layout.fillWidth: true
        visible: facts.viewModel.attention
        level: 2
        attention: true
        padding: Theme.s4
        implicitHeight: wanted.implicitHeight + 2 * padding

        ColumnLayout {
            id: wanted
            width: parent.width
            spacing: Theme.s3

            StoppedMatters {
                Layout.fillWidth: true
                stopped: facts.viewModel.stopped
            }

            ActionButton {
                Layout.fillWidth: true
                visible: facts.viewModel.correctable
                kind: ActionButton.Primary
                text: qsTr("补正")
                onClicked: facts.viewModel.bring()
            }
        }
    }

    Panel {
        Layout.fillWidth: true
        visible: facts.viewModel.offered !== ""
        level: 2
        padding: Theme.s4
        implicitHeight: offered.implicitHeight + 2 * padding

        Words {
            id: offered
            width: parent.width
            text: facts.viewModel.offered
            strong: true
        }
    }

    Panel {
        Layout.fillWidth: true
        padding: Theme.s4
        implicitHeight: told.implicitHeight + 2 * padding

        ColumnLayout {
            id: told
            width: parent.width
            spacing: Theme.s2

            GridLayout {
                Layout.fillWidth: true
                columns: 2
                columnSpacing: Theme.s4
                rowSpacing: Theme.s2

                Words {
                    visible: facts.viewModel.people[0] !== ""
                    text: qsTr("逝者")
                    color: Theme.ink2
                }

                Words {
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: facts.viewModel.people[0]
                }

                Words {
                    visible: facts.viewModel.people[1] !== ""
                    text: qsTr("申请人")
                    color: Theme.ink2
                }

                Words {
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: facts.viewModel.people[1]
                }
            }

            Repeater {
                model: facts.viewModel.facts

                Words {
                    required property string modelData

                    Layout.fillWidth: true
                    text: modelData
                }
            }
        }
    }

    Panel {
        Layout.fillWidth: true
        visible: facts.viewModel.results.length > 0
        padding: Theme.s4
        implicitHeight: given.implicitHeight + 2 * padding

        ColumnLayout {
            id: given
            width: parent.width
            spacing: Theme.s2

            Words {
                Layout.fillWidth: true
                text: qsTr("可以领的结果")
                strong: true
                font.pixelSize: Theme.between
            }

            Repeater {
                model: facts.viewModel.results

                Words {
                    required property string modelData

                    Layout.fillWidth: true
                    text: modelData
                }
            }
        }
    }

    Panel {
        Layout.fillWidth: true
        level: 2
        padding: Theme.s4
        implicitHeight: way.implicitHeight + 2 * padding

        Words {
            id: way
            width: parent.width
            text: facts.viewModel.wayOn
            color: Theme.ink2
        }
    }
}
