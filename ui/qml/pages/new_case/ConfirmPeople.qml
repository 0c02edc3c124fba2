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

    columns: row.room > Theme.px(140) + people.count * Theme.px(270) ? people.count + 1 : row.room > Theme.px(520) ? 2 : 1
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
                text: person.role
                color: Theme.ink2
            }
            Flow {
                Layout.fillWidth: true
                spacing: Theme.s4

                Words {
                    id: personName
                    width: Math.min(implicitWidth, parent ? parent.width : 0)
                    text: person.name
                    strong: true
                    font.pixelSize: Theme.h3
                }
                MaskedNumber {
                    height: personName.lineCount > 1 ? implicitHeight : personName.height
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
    ActionButton {
        Layout.alignment: Qt.AlignTop | Qt.AlignRight
        kind: ActionButton.Quiet
        iconName: "eye"
        text: row.viewModel.revealed ? qsTr("盖上") : qsTr("看 5 秒")
        Accessible.description: qsTr("显示姓名和号码五秒")
        onClicked: row.viewModel.reveal()
    }
}
