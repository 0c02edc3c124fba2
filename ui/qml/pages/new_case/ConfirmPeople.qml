pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Who died and who applies, covered until somebody asks to see.
GridLayout {
    id: row

    required property ConfirmViewModel viewModel
    required property real room

    readonly property int beside: Theme.low || Theme.portrait ? 0 : 1

    columns: row.room > row.beside * Theme.px(140) + people.count * Theme.px(300) ? people.count + row.beside : row.room > Theme.px(520) ? 2 : 1
    uniformCellWidths: row.beside === 0
    columnSpacing: Theme.s5
    rowSpacing: Theme.s3

    Repeater {
        id: people
        model: row.viewModel.people

        ColumnLayout {
            id: person

            required property string role
            required property string name
            required property string number
            required property string line

            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            spacing: 0

            Words {
                visible: !Theme.low
                text: person.role
                color: Theme.ink2
            }
            FontMetrics {
                id: nameLine
                font: personName.font
            }
            Flow {
                Layout.fillWidth: true
                spacing: Theme.low ? Theme.s2 : Theme.s4

                Words {
                    height: nameLine.height
                    visible: Theme.low
                    verticalAlignment: Text.AlignVCenter
                    text: person.role
                    color: Theme.ink2
                }
                Words {
                    id: personName
                    width: Math.min(implicitWidth, parent ? parent.width : 0)
                    text: person.name
                    strong: true
                    font.pixelSize: Theme.h3
                }
                MaskedNumber {
                    height: nameLine.height
                    masked: person.number
                    strong: false
                }
            }
            Words {
                Layout.fillWidth: true
                text: person.line
                color: Theme.ink2
            }
        }
    }
    RevealButton {
        Layout.alignment: Qt.AlignTop | Qt.AlignRight
        visible: row.beside > 0
        viewModel: row.viewModel
    }
}
