pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The list that builds itself: head and foot stay, the rows between them scroll.
Panel {
    id: panel

    required property MatterListViewModel viewModel
    property bool wide: width > Theme.px(500)

    signal pendingAsked

    level: 2
    padding: Theme.low ? Theme.s4 : Theme.s5
    implicitWidth: Theme.px(560)
    implicitHeight: Math.min(column.implicitHeight + 2 * padding, Theme.px(820))

    ColumnLayout {
        id: column
        anchors.fill: parent
        spacing: Theme.low ? Theme.s2 : Theme.s3

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Words {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
                text: panel.viewModel.title
                strong: true
                font.pixelSize: Theme.h3
            }
            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                visible: panel.viewModel.latest !== ""
                spacing: 0

                Words {
                    Layout.alignment: Qt.AlignRight
                    text: qsTr("最晚一项（预计）")
                    wrapMode: Text.NoWrap
                    color: Theme.ink2
                }
                Words {
                    Layout.alignment: Qt.AlignRight
                    text: panel.viewModel.latest
                    wrapMode: Text.NoWrap
                    strong: true
                    font.pixelSize: Theme.between
                }
            }
        }

        Words {
            Layout.fillWidth: true
            text: panel.viewModel.subtitle
            color: Theme.ink2
        }

        ScrollArea {
            Layout.fillWidth: true
            Layout.fillHeight: true
            implicitHeight: rows.implicitHeight
            contentLength: rows.implicitHeight

            ColumnLayout {
                id: rows
                width: parent.width
                spacing: 0

                Repeater {
                    model: panel.viewModel.rows

                    MatterLine {
                        Layout.fillWidth: true
                        wide: panel.wide
                        onToggled: panel.viewModel.toggle(matterId)
                    }
                }
                Item {
                    Layout.fillHeight: true
                }
            }
        }

        Separator {
            Layout.fillWidth: true
            visible: foot.text !== ""
        }
        RowLayout {
            Layout.fillWidth: true
            visible: foot.text !== ""
            spacing: Theme.s3

            Words {
                id: foot
                Layout.fillWidth: true
                text: panel.viewModel.foot
                color: Theme.ink2
            }
            ActionButton {
                kind: ActionButton.Quiet
                trailingIcon: "chevron"
                text: qsTr("看是哪些")
                onClicked: panel.pendingAsked()
            }
        }
    }
}
