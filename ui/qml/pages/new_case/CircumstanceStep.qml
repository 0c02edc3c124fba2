pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step b: everything by touch; the matters build themselves at the side, or behind their count where it is low.
StepPage {
    id: page

    required property CircumstanceViewModel viewModel
    readonly property bool dense: Theme.low && !Theme.portrait
    readonly property bool stacked: page.dense || Theme.narrow || Theme.portrait
    property string asked

    function point(place: string): void {
        const groups = ({
                circumstance: circumstances,
                day: day,
                disposition: dispositions,
                certificate: certificate,
                insurance: insurances,
                tags: tags
            });
        if (place === "matters" && page.stacked)
            page.asked = "matters";
        else if (groups[place])
            groups[place].call();
    }

    title: qsTr("是怎样的情形")
    subtitle: viewModel.person
    aside: page.dense ? matterCount : null

    Component {
        id: matterCount

        ActionButton {
            trailingIcon: "chevron"
            text: page.viewModel.matters.title
            onClicked: page.asked = "matters"
        }
    }

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        columns: page.stacked ? 1 : 2
        columnSpacing: Theme.gutter
        rowSpacing: Theme.s4

        ScrollArea {
            id: asking
            Layout.fillWidth: true
            Layout.fillHeight: !page.stacked
            Layout.preferredHeight: page.stacked ? implicitHeight : 0
            Layout.preferredWidth: 1
            contentLength: questions.implicitHeight

            // Short questions stand side by side where both fit.
            Flow {
                id: questions
                width: parent.width
                topPadding: page.dense ? Theme.gap : 0
                spacing: Theme.gap

                QuestionRow {
                    id: circumstances
                    width: page.dense ? Math.min(implicitWidth, questions.width) : questions.width
                    area: page.stacked ? page.area : asking
                    label: qsTr("去世情形")
                    bare: !page.dense
                    open: page.viewModel.next === "circumstance"

                    AnswerFlow {
                        Layout.fillWidth: true
                        visible: page.dense
                        answers: page.viewModel.circumstances
                        single: true
                        onPicked: key => page.viewModel.chooseCircumstance(key)

                        ActionButton {
                            kind: ActionButton.Quiet
                            visible: !rare.visible
                            text: qsTr("其他")
                            Accessible.name: qsTr("其他情形")
                            trailingIcon: "chevron-down"
                            onClicked: page.asked = "rare"
                        }
                    }

                    GridLayout {
                        Layout.fillWidth: true
                        visible: !page.dense
                        columns: page.width < Theme.px(800) ? 1 : page.stacked && page.width < Theme.px(900) ? 3 : 4
                        columnSpacing: Theme.gap
                        rowSpacing: Theme.gap

                        Repeater {
                            model: page.viewModel.circumstances

                            ChoiceTile {
                                required property string key
                                required property string hint
                                required property string picture
                                required property bool chosen
                                required text

                                Layout.fillWidth: true
                                Layout.fillHeight: true
                                Layout.preferredWidth: Theme.px(300)
                                checkable: true
                                padding: Theme.s4
                                verticalPadding: Theme.s4
                                iconName: picture
                                words: hint
                                checked: chosen
                                Accessible.role: Accessible.RadioButton
                                onToggled: checked = Qt.binding(() => chosen)
                                onClicked: page.viewModel.chooseCircumstance(key)
                            }
                        }

                        ActionButton {
                            Layout.columnSpan: parent.columns === 4 ? 1 : parent.columns
                            kind: ActionButton.Quiet
                            visible: !rare.visible
                            text: qsTr("其他情形")
                            trailingIcon: "chevron-down"
                            onClicked: page.asked = "rare"
                        }
                    }
                    ChipFlow {
                        id: rare
                        Layout.fillWidth: true
                        visible: page.viewModel.rareChosen || page.asked === "rare"

                        Repeater {
                            model: page.viewModel.rareCircumstances

                            AnswerTile {
                                required property string key
                                required property string hint
                                required property string picture
                                required text
                                required chosen

                                single: true
                                onClicked: page.viewModel.chooseCircumstance(key)
                            }
                        }
                    }
                }

                QuestionRow {
                    id: day
                    width: Math.min(implicitWidth, questions.width)
                    area: page.stacked ? page.area : asking
                    label: qsTr("去世日期")
                    open: page.viewModel.next === "day"

                    ChipFlow {
                        Layout.fillWidth: true

                        Repeater {
                            model: page.viewModel.quickDays

                            AnswerTile {
                                id: quick

                                required property string iso
                                required property string date
                                required property string name
                                required property string near
                                required chosen

                                single: true
                                text: page.dense ? quick.near : quick.name + " " + quick.date
                                Accessible.name: quick.name + " " + quick.date
                                onClicked: page.viewModel.chooseDay(iso)
                            }
                        }
                        ActionButton {
                            padding: Theme.s3
                            text: page.viewModel.dayElsewhere ? page.viewModel.dayText : qsTr("其他日期")
                            onClicked: page.asked = "day"
                        }
                        Words {
                            height: Theme.target
                            verticalAlignment: Text.AlignVCenter
                            visible: text !== ""
                            text: page.viewModel.dayMessage
                            wrapMode: Text.NoWrap
                            color: Theme.amber
                        }
                    }
                }

                QuestionRow {
                    id: certificate
                    width: Math.min(implicitWidth, questions.width)
                    area: page.stacked ? page.area : asking
                    label: qsTr("死亡证明")
                    open: page.viewModel.next === "certificate"

                    AnswerFlow {
                        Layout.fillWidth: true
                        answers: page.viewModel.certificate
                        single: true
                        onPicked: key => page.viewModel.chooseCertificate(key)
                    }
                }

                QuestionRow {
                    id: dispositions
                    width: Math.min(implicitWidth, questions.width)
                    area: page.stacked ? page.area : asking
                    label: qsTr("安葬方式")
                    open: page.viewModel.next === "disposition"

                    AnswerFlow {
                        Layout.fillWidth: true
                        answers: page.viewModel.dispositions
                        single: true
                        onPicked: key => page.viewModel.chooseDisposition(key)
                    }
                }

                QuestionRow {
                    id: insurances
                    width: Math.min(implicitWidth, questions.width)
                    area: page.stacked ? page.area : asking
                    label: qsTr("参保情况")
                    open: page.viewModel.next === "insurance"

                    AnswerFlow {
                        Layout.fillWidth: true
                        answers: page.viewModel.insurances
                        onPicked: key => page.viewModel.chooseInsurance(key)
                    }
                }

                QuestionRow {
                    id: tags
                    width: questions.width
                    area: page.stacked ? page.area : asking
                    label: qsTr("身份情况")
                    words: page.dense ? qsTr("有的请按一下") : ""
                    bare: !page.dense
                    open: page.viewModel.next === "tags"

                    Panel {
                        Layout.fillWidth: true
                        level: page.dense ? 0 : 1
                        padding: page.dense ? 0 : Theme.s3
                        implicitHeight: tagColumn.implicitHeight + 2 * padding

                        ColumnLayout {
                            id: tagColumn
                            anchors.left: parent.left
                            anchors.right: parent.right
                            spacing: Theme.s2

                            Words {
                                Layout.fillWidth: true
                                visible: !page.dense
                                textFormat: Text.RichText
                                text: "<span style=\"font-weight:600\">" + qsTr("逝者有哪些情况？有的请按一下") + "</span>　" + qsTr("只问查不到的，不清楚的由部门核对")
                            }
                            TagGrid {
                                Layout.fillWidth: true
                                viewModel: page.viewModel
                                room: tagColumn.width
                            }
                        }
                    }
                }
            }
        }
        MattersPanel {
            Layout.preferredWidth: Theme.narrow ? -1 : Theme.compact ? Theme.px(380) : Theme.px(560)
            Layout.fillWidth: page.stacked
            Layout.fillHeight: !page.stacked
            Layout.preferredHeight: page.stacked ? implicitHeight : 0
            Layout.alignment: Qt.AlignTop
            visible: !page.dense
            viewModel: page.viewModel.matters
            onPendingAsked: page.asked = "pending"
        }
    }

    overlays: [
        Sheet {
            title: page.viewModel.matters.title
            words: page.viewModel.matters.subtitle
            open: page.dense && page.asked === "matters"
            onClosed: page.asked = ""

            Repeater {
                model: page.viewModel.matters.rows

                MatterLine {
                    Layout.fillWidth: true
                    wide: page.width > Theme.px(800)
                    onToggled: page.viewModel.matters.toggle(matterId)
                }
            }
            RowLayout {
                Layout.fillWidth: true
                visible: page.viewModel.matters.foot !== ""
                spacing: Theme.s3

                Words {
                    Layout.fillWidth: true
                    text: page.viewModel.matters.foot
                    color: Theme.ink2
                }
                ActionButton {
                    kind: ActionButton.Quiet
                    trailingIcon: "chevron"
                    text: qsTr("看是哪些")
                    onClicked: page.asked = "pending"
                }
            }
        },
        CalendarSheet {
            title: qsTr("去世日期")
            calendar: page.viewModel.calendar
            open: page.asked === "day"
            onClosed: page.asked = ""
        },
        Sheet {
            title: page.viewModel.matters.asking
            words: qsTr("这一项不办，是因为")
            closeText: qsTr("还是办")
            open: page.viewModel.matters.asking !== ""
            onClosed: page.viewModel.matters.keep()

            GridLayout {
                Layout.fillWidth: true
                columns: page.width < Theme.px(800) ? 1 : 2
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                uniformCellWidths: true

                Repeater {
                    model: page.viewModel.matters.reasons

                    ChoiceTile {
                        required property string key
                        required text

                        Layout.fillWidth: true
                        onClicked: page.viewModel.matters.decline(key)
                    }
                }
            }
        },
        Sheet {
            title: qsTr("待部门核对的事项")
            words: qsTr("部门核对后决定办不办，不用您再来申请")
            open: page.asked === "pending"
            onClosed: page.asked = page.dense ? "matters" : ""

            Repeater {
                model: page.viewModel.matters.pendingRows

                MatterLine {
                    Layout.fillWidth: true
                    tickable: false
                    wide: page.width > Theme.px(800)
                }
            }
        }
    ]
}
