pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What was taken down, to be read together; each block leads back to where it is mended.
Panel {
    id: sheet

    required property ConfirmViewModel viewModel
    // Two columns of matters leave no room for the departments, which the receipt names.
    readonly property bool tight: sheet.width > Theme.px(640) && sheet.width <= Theme.px(960)

    signal mend(int step)

    level: 2
    padding: Theme.low ? Theme.s3 : Theme.s5
    implicitHeight: facts.implicitHeight + 2 * padding

    ColumnLayout {
        id: facts
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: Theme.low ? 0 : Theme.s3

        ConfirmPeople {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.low ? Theme.s1 : 0
            viewModel: sheet.viewModel
            room: sheet.width
        }
        Separator {
            Layout.fillWidth: true
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s4

            Words {
                text: sheet.viewModel.mattersTitle
                strong: true
                font.pixelSize: Theme.lead
                wrapMode: Text.NoWrap
            }
            Words {
                Layout.fillWidth: true
                text: sheet.viewModel.mattersLine
                color: Theme.ink2
            }
            ActionButton {
                kind: ActionButton.Quiet
                iconName: "pen"
                text: qsTr("改")
                Accessible.name: qsTr("改事项")
                onClicked: sheet.mend(1)
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: sheet.width > Theme.px(640) ? 2 : 1
            columnSpacing: sheet.tight ? Theme.s5 : Theme.s6
            rowSpacing: 0
            uniformCellWidths: true

            Repeater {
                model: sheet.viewModel.matters

                ColumnLayout {
                    id: matter

                    required property string name
                    required property string department
                    required property string due
                    required property bool automatic

                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    spacing: 0

                    Separator {
                        Layout.fillWidth: true
                    }
                    RowLayout {
                        Layout.fillWidth: true
                        Layout.topMargin: Theme.low ? 1 : Theme.s2
                        Layout.bottomMargin: Theme.low ? 1 : Theme.s2
                        spacing: Theme.s3

                        Words {
                            Layout.fillWidth: true
                            Layout.alignment: Qt.AlignTop
                            text: matter.name
                            strong: true
                        }
                        Words {
                            Layout.preferredWidth: Theme.px(84)
                            Layout.alignment: Qt.AlignTop
                            visible: !sheet.tight
                            text: matter.department
                            color: Theme.ink2
                        }
                        Words {
                            Layout.preferredWidth: sheet.tight ? implicitWidth : Theme.px(190)
                            Layout.maximumWidth: Theme.px(190)
                            Layout.alignment: Qt.AlignTop
                            horizontalAlignment: Text.AlignRight
                            text: matter.automatic ? qsTr("%1，免申即办").arg(matter.due) : matter.due
                            color: matter.automatic ? Theme.green : Theme.ink
                        }
                    }
                }
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: sheet.width > Theme.px(640) ? 2 : 1
            columnSpacing: sheet.tight ? Theme.s5 : Theme.s6
            rowSpacing: 0
            uniformCellWidths: true

            Repeater {
                model: sheet.viewModel.facts

                ColumnLayout {
                    id: fact

                    required property int index
                    required property string label
                    required property string value
                    required property int step

                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    Layout.columnSpan: sheet.tight && fact.index === 0 ? 2 : 1
                    spacing: 0

                    Separator {
                        Layout.fillWidth: true
                    }
                    RowLayout {
                        Layout.fillWidth: true
                        Layout.minimumHeight: sheet.tight || !Theme.low ? Theme.target : 0
                        spacing: Theme.s4

                        Words {
                            Layout.preferredWidth: sheet.tight ? implicitWidth : Theme.px(72)
                            text: fact.label
                            strong: true
                        }
                        Words {
                            Layout.fillWidth: true
                            text: fact.value
                        }
                        ActionButton {
                            kind: ActionButton.Quiet
                            visible: fact.step >= 0
                            iconName: "pen"
                            text: qsTr("改")
                            Accessible.name: qsTr("改%1").arg(fact.label)
                            onClicked: sheet.mend(fact.step)
                        }
                    }
                }
            }
        }
    }
}
