pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The papers of the case and what their printing came to.
Panel {
    id: panel

    required property CaseViewModel viewModel

    padding: Theme.s4
    implicitHeight: paperColumn.implicitHeight + 2 * padding

    ColumnLayout {
        id: paperColumn
        width: parent.width
        spacing: Theme.s2

        RowLayout {
            Layout.fillWidth: true

            Words {
                Layout.fillWidth: true
                text: qsTr("单子")
                strong: true
                font.pixelSize: Theme.between
            }

            Words {
                text: qsTr("每次重打都会记数")
                color: Theme.ink2
            }
        }

        Repeater {
            model: panel.viewModel.papers

            ColumnLayout {
                id: paper

                required property string kind
                required property string name
                required property string printed
                required property string job
                required property string tone
                required property string verb

                Layout.fillWidth: true
                spacing: Theme.s2

                Separator {
                    Layout.fillWidth: true
                }

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.s3

                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0

                        Words {
                            Layout.fillWidth: true
                            text: paper.name
                            strong: true
                        }

                        Words {
                            Layout.fillWidth: true
                            text: paper.printed
                            color: Theme.ink2
                        }
                    }

                    ToneBadge {
                        visible: text !== ""
                        text: paper.job
                        toneName: paper.tone
                    }

                    ActionButton {
                        Layout.minimumWidth: Theme.px(110)
                        text: paper.verb
                        Accessible.description: paper.name
                        onClicked: panel.viewModel.printPaper(paper.kind)
                    }
                }
            }
        }

        ActionButton {
            Layout.fillWidth: true
            visible: text !== ""
            kind: ActionButton.Quiet
            text: panel.viewModel.papersToggle
            onClicked: panel.viewModel.togglePapers()
        }
    }
}
