pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What follows from the answers, and the sheet that a family takes home.
ColumnLayout {
    id: plan

    required property GuideViewModel viewModel

    spacing: Theme.s4

    Panel {
        Layout.fillWidth: true
        level: 2
        padding: Theme.s5
        implicitHeight: head.implicitHeight + 2 * padding

        ColumnLayout {
            id: head
            width: parent.width
            spacing: Theme.s3

            Words {
                Layout.fillWidth: true
                text: plan.viewModel.planTitle
                strong: true
                font.pixelSize: Theme.h2
            }

            Words {
                Layout.fillWidth: true
                text: plan.viewModel.planWords
                color: Theme.ink2
            }

            Flow {
                Layout.fillWidth: true
                visible: plan.viewModel.planned || plan.viewModel.asked
                spacing: Theme.gap

                ActionButton {
                    visible: plan.viewModel.printable
                    kind: plan.viewModel.printing.busy ? ActionButton.Waiting : ActionButton.Primary
                    iconName: "printer"
                    text: plan.viewModel.asked ? qsTr("打印查到的") : qsTr("打印给家属")
                    onClicked: plan.viewModel.printSheet()
                }

                ActionButton {
                    kind: ActionButton.Quiet
                    iconName: "refresh"
                    text: qsTr("重新选")
                    onClicked: plan.viewModel.begin()
                }
            }

            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: plan.viewModel.printing.words
                color: plan.viewModel.printing.refused ? Theme.amber : Theme.green
            }
        }
    }

    Panel {
        Layout.fillWidth: true
        visible: bring.count > 0
        padding: Theme.s5
        implicitHeight: bringColumn.implicitHeight + 2 * padding

        ColumnLayout {
            id: bringColumn
            width: parent.width
            spacing: Theme.s2

            Words {
                Layout.fillWidth: true
                text: plan.viewModel.bringTitle
                strong: true
                font.pixelSize: Theme.h3
            }

            Repeater {
                id: bring
                model: plan.viewModel.bring

                ColumnLayout {
                    id: material

                    required property string name
                    required property string words
                    required property bool last

                    Layout.fillWidth: true
                    spacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: material.name
                        strong: true
                    }

                    Words {
                        Layout.fillWidth: true
                        text: material.words
                        color: Theme.ink2
                    }

                    Separator {
                        Layout.fillWidth: true
                        Layout.topMargin: Theme.s2
                        visible: !material.last
                    }
                }
            }
        }
    }

    GuideMatters {
        Layout.fillWidth: true
        title: qsTr("要办的事项")
        matters: plan.viewModel.matters
    }

    GuideMatters {
        Layout.fillWidth: true
        title: plan.viewModel.perhapsTitle
        matters: plan.viewModel.perhaps
        sure: false
    }
}
