pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What was found for words: each matter with its department, what to bring, how long, on what basis, whom to call.
ColumnLayout {
    id: answers

    required property GuideViewModel viewModel

    spacing: Theme.s3

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.s4

        Words {
            Layout.fillWidth: true
            text: answers.viewModel.foundTitle
            strong: true
            font.pixelSize: Theme.h3
        }

        ActionButton {
            kind: ActionButton.Quiet
            text: qsTr("回到情形")
            onClicked: answers.viewModel.forgetWords()
        }
    }

    Words {
        Layout.fillWidth: true
        visible: found.count === 0
        text: qsTr("换个说法试试，或者拨 12345。")
        color: Theme.ink2
    }

    Repeater {
        id: found
        model: answers.viewModel.answers

        Panel {
            id: answer

            required property string name
            required property string department
            required property string phone
            required property string badge
            required property string tone
            required property string how
            required property string bring
            required property string perhaps
            required property string howLong
            required property string basis
            readonly property var facts: [[qsTr("怎么办"), how], [qsTr("带什么"), bring], [qsTr("看情形带"), perhaps], [qsTr("多久"), howLong], [qsTr("依据"), basis], [qsTr("电话"), phone]]

            Layout.fillWidth: true
            padding: Theme.s5
            implicitHeight: column.implicitHeight + 2 * padding

            ColumnLayout {
                id: column
                width: parent.width
                spacing: Theme.s2

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.s3

                    Words {
                        Layout.fillWidth: true
                        text: answer.name
                        strong: true
                        font.pixelSize: Theme.lead
                    }

                    ToneBadge {
                        iconName: ""
                        text: answer.badge
                        toneName: answer.tone
                    }
                }

                Words {
                    Layout.fillWidth: true
                    text: answer.department
                    strong: true
                    color: Theme.slate
                }

                Repeater {
                    model: answer.facts

                    RowLayout {
                        id: fact

                        required property var modelData

                        Layout.fillWidth: true
                        visible: modelData[1] !== ""
                        spacing: Theme.s4

                        Words {
                            Layout.preferredWidth: Theme.px(104)
                            Layout.alignment: Qt.AlignTop
                            text: fact.modelData[0]
                            color: Theme.ink2
                        }

                        Words {
                            Layout.fillWidth: true
                            text: fact.modelData[1]
                        }
                    }
                }
            }
        }
    }
}
