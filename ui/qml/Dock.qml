pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What a trainer does instead of real devices. Beside the page, never over its middle.
Rectangle {
    id: dock

    required property DockViewModel viewModel

    color: Theme.surface
    border.width: Theme.strokeControl
    border.color: Theme.amberEdge

    MouseArea {
        anchors.fill: parent
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.s5
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true

            Words {
                Layout.fillWidth: true
                text: qsTr("演示台")
                strong: true
                font.pixelSize: Theme.h3
                color: Theme.amber
            }

            ActionButton {
                kind: ActionButton.Quiet
                iconName: "close"
                text: qsTr("收起")
                onClicked: dock.viewModel.toggle()
            }
        }

        Words {
            Layout.fillWidth: true
            text: qsTr("放一张样卡")
            strong: true
        }

        ScrollArea {
            Layout.fillWidth: true
            Layout.fillHeight: true
            contentLength: cards.implicitHeight

            ColumnLayout {
                id: cards
                width: parent.width
                spacing: Theme.gap

                Repeater {
                    model: dock.viewModel.cards

                    ChoiceTile {
                        required property string cardId
                        required property string label
                        required property bool laid

                        Layout.fillWidth: true
                        iconName: "card"
                        text: label
                        checkable: true
                        checked: laid
                        onClicked: dock.viewModel.lay(cardId)
                    }
                }
            }
        }

        ActionButton {
            Layout.fillWidth: true
            kind: dock.viewModel.cardLies ? ActionButton.Secondary : ActionButton.Waiting
            text: qsTr("拿走卡")
            onClicked: dock.viewModel.lift()
        }

        Separator {
            Layout.fillWidth: true
        }

        GridLayout {
            Layout.fillWidth: true
            columns: 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            SegmentButton {
                Layout.fillWidth: true
                text: qsTr("网络通")
                checked: dock.viewModel.network
                onClicked: dock.viewModel.setNetwork(true)
            }

            SegmentButton {
                Layout.fillWidth: true
                text: qsTr("断网")
                checked: !dock.viewModel.network
                onClicked: dock.viewModel.setNetwork(false)
            }

            SegmentButton {
                Layout.fillWidth: true
                text: qsTr("有纸")
                checked: dock.viewModel.paper
                onClicked: dock.viewModel.setPaper(true)
            }

            SegmentButton {
                Layout.fillWidth: true
                text: qsTr("缺纸")
                checked: !dock.viewModel.paper
                onClicked: dock.viewModel.setPaper(false)
            }
        }
    }
}
