pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The same person's earlier cases, and the ways on.
Sheet {
    id: sheet

    required property EarlierCasesViewModel viewModel

    title: qsTr("这位当事人已经收过件")
    words: qsTr("本站收的，可以到原来那一件去补充、更正；别处收的，请联系那里。要另收一件，请选原因，原因会写进办件。")
    open: viewModel.open
    onClosed: viewModel.close()

    Repeater {
        model: sheet.viewModel.lines

        Panel {
            id: line

            required property string number
            required property string words
            required property string shown
            required property string way

            Layout.fillWidth: true
            padding: Theme.s4
            implicitHeight: lineRow.implicitHeight + 2 * padding

            GridLayout {
                id: lineRow
                width: parent.width
                columns: Theme.narrow ? 1 : 2
                columnSpacing: Theme.s4
                rowSpacing: Theme.s3

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: line.words
                        strong: true
                    }

                    Words {
                        Layout.fillWidth: true
                        text: line.shown
                        color: Theme.ink2
                    }
                }

                ActionButton {
                    visible: line.way !== ""
                    kind: ActionButton.Primary
                    text: line.way === "join" ? qsTr("并入这一件") : qsTr("更正这一件")
                    Accessible.description: line.shown
                    onClicked: sheet.viewModel.goOn(line.number)
                }
            }
        }
    }

    Words {
        Layout.fillWidth: true
        text: qsTr("另收一件，因为")
        strong: true
        font.pixelSize: Theme.between
    }

    Repeater {
        model: sheet.viewModel.reasons

        ChoiceTile {
            required property string key
            required property bool chosen

            Layout.fillWidth: true
            required text
            checkable: true
            checked: chosen
            onClicked: sheet.viewModel.fileApart(key)
        }
    }
}
