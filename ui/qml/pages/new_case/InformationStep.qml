pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step c: only what nobody knows yet.
StepPage {
    id: page

    required property InformationViewModel viewModel
    required property bool begins

    function point(place: string): void {
        for (let index = 0; index < fields.count; index++) {
            const cell = fields.itemAt(index) as FieldCell;
            if (cell && cell.path === place)
                cell.call();
        }
    }
    function walk(from: int, step: int): void {
        for (let index = from + step; index >= 0 && index < fields.count; index += step) {
            const cell = fields.itemAt(index) as FieldCell;
            if (cell && cell.typed) {
                cell.call();
                return;
            }
        }
        page.keys.wanted = false;
        page.forceActiveFocus();
    }

    title: viewModel.title
    subtitle: viewModel.subtitle

    Soon {
        running: page.begins
        onTriggered: page.walk(-1, 1)
    }

    GridLayout {
        Layout.fillWidth: true
        columns: Theme.narrow || Theme.portrait ? (page.width > Theme.px(760) ? 2 : 1) : 3
        columnSpacing: Theme.gutter
        rowSpacing: Theme.s3
        uniformCellWidths: true

        Repeater {
            id: fields
            model: page.viewModel.rows

            FieldCell {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
                keys: page.keys
                onEdited: text => page.viewModel.edit(path, text)
                onQuitted: page.viewModel.leave(path)
                onAsked: page.viewModel.openChoices(path)
                onForward: page.walk(index, 1)
                onBackward: page.walk(index, -1)
            }
        }
    }

    Well {
        Layout.fillWidth: true
        visible: known.count > 0
        implicitHeight: well.implicitHeight + 2 * Theme.s4

        RowLayout {
            id: well
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            anchors.leftMargin: Theme.s5
            anchors.rightMargin: Theme.s3
            spacing: Theme.s5

            Words {
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: Theme.s4
                text: qsTr("不用填")
                strong: true
            }
            Flow {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignVCenter
                spacing: Theme.s5

                Repeater {
                    id: known
                    model: page.viewModel.known

                    Words {
                        required property string label
                        required property string value

                        width: Math.min(implicitWidth, parent ? parent.width : implicitWidth)
                        text: label + "　" + value
                        color: Theme.ink2
                    }
                }
            }
            ActionButton {
                Layout.alignment: Qt.AlignTop
                kind: ActionButton.Quiet
                text: page.viewModel.knownToggle
                onClicked: page.viewModel.toggleKnown()
            }
        }
    }

    Item {
        Layout.fillHeight: true
    }

    overlays: [
        Sheet {
            title: page.viewModel.choosing
            open: page.viewModel.choosing !== ""
            onClosed: page.viewModel.closeChoices()

            GridLayout {
                Layout.fillWidth: true
                columns: Math.max(1, Math.min(4, Math.floor(page.width / Theme.px(300))))
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                uniformCellWidths: true

                Repeater {
                    model: page.viewModel.choices

                    AnswerTile {
                        required property string key
                        required text
                        required chosen

                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        single: true
                        onClicked: page.viewModel.choose(key)
                    }
                }
            }
            EntryField {
                Layout.fillWidth: true
                visible: page.viewModel.writing !== ""
                keys: page.keys
                pad: page.viewModel.writingPad
                label: page.viewModel.writing
                message: page.viewModel.writingMessage
                mood: message !== "" ? "amber" : ""
                maximumLength: 40
                onForward: page.viewModel.choose(input.text)
            }
        }
    ]
}
