pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "../new_case"

// The questions of a case's second step, as far as they need no card; none has to be answered.
ColumnLayout {
    id: questions

    required property GuideViewModel viewModel
    required property int room
    readonly property CircumstanceViewModel asked: viewModel.circumstance

    spacing: Theme.s4

    GuideQuestion {
        Layout.fillWidth: true
        label: qsTr("怎么去世的")

        GridLayout {
            Layout.fillWidth: true
            columns: questions.room < Theme.px(560) ? 1 : 3
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            uniformCellWidths: true

            Repeater {
                model: questions.asked.circumstances

                ChoiceTile {
                    required property string key
                    required property string hint
                    required property string picture
                    required property bool chosen
                    required text

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    checkable: true
                    padding: Theme.s4
                    iconName: picture
                    checked: chosen
                    Accessible.role: Accessible.RadioButton
                    Accessible.description: hint
                    onToggled: checked = Qt.binding(() => chosen)
                    onClicked: questions.asked.chooseCircumstance(key)
                }
            }
        }

        AnswerFlow {
            Layout.fillWidth: true
            answers: questions.asked.rareCircumstances
            single: true
            onPicked: key => questions.asked.chooseCircumstance(key)
        }
    }

    GuideQuestion {
        Layout.fillWidth: true
        label: qsTr("逝者的户籍")

        AnswerFlow {
            Layout.fillWidth: true
            answers: questions.viewModel.households
            single: true
            onPicked: key => questions.viewModel.chooseHousehold(key)
        }
    }

    GuideQuestion {
        Layout.fillWidth: true
        label: qsTr("死亡证明")

        AnswerFlow {
            Layout.fillWidth: true
            answers: questions.asked.certificate
            single: true
            onPicked: key => questions.asked.chooseCertificate(key)
        }
    }

    GuideQuestion {
        Layout.fillWidth: true
        label: qsTr("安葬方式")

        AnswerFlow {
            Layout.fillWidth: true
            answers: questions.asked.dispositions
            single: true
            onPicked: key => questions.asked.chooseDisposition(key)
        }
    }

    GuideQuestion {
        Layout.fillWidth: true
        label: qsTr("参保情况")

        AnswerFlow {
            Layout.fillWidth: true
            answers: questions.asked.insurances
            onPicked: key => questions.asked.chooseInsurance(key)
        }
    }

    GuideQuestion {
        Layout.fillWidth: true
        label: qsTr("逝者有哪些情况？有的请按一下")

        TagGrid {
            Layout.fillWidth: true
            viewModel: questions.asked
            room: questions.room
            mayBeUnknown: false
        }
    }
}
