pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step b: everything by touch; the matters build themselves at the side.
StepPage {
    id: page

    required property CircumstanceViewModel viewModel
    readonly property bool stacked: Theme.narrow || Theme.portrait
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

            ColumnLayout {
                id: questions
                width: parent.width
                spacing: Theme.s3

                QuestionRow {
                    id: circumstances
                    Layout.fillWidth: true
                    area: page.stacked ? page.area : asking
                    bare: true
                    open: page.viewModel.next === "circumstance"

                    GridLayout {
                        Layout.fillWidth: true
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
                                verticalPadding: Theme.low ? Theme.s2 : Theme.s4
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
                    Flow {
                        id: rare
                        Layout.fillWidth: true
                        visible: page.viewModel.rareChosen || page.asked === "rare"
                        spacing: Theme.gap

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

                GridLayout {
                    Layout.fillWidth: true
                    columns: page.width > Theme.px(1700) ? 2 : 1
                    columnSpacing: Theme.s4
                    rowSpacing: Theme.low ? Theme.s3 : Theme.s4

                    QuestionRow {
                        id: day
                        Layout.fillWidth: true
                        area: page.stacked ? page.area : asking
                        label: qsTr("去世日期")
                        open: page.viewModel.next === "day"

                        Flow {
                            Layout.fillWidth: true
                            spacing: Theme.gap

                            Repeater {
                                model: page.viewModel.quickDays

                                AnswerTile {
                                    id: quick

                                    required property string iso
                                    required property string date
                                    required property string name
                                    required chosen

                                    single: true
                                    text: quick.name + " " + quick.date
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
                        Layout.fillWidth: page.width <= Theme.px(1700)
                        Layout.preferredWidth: page.width > Theme.px(1700) ? Theme.px(350) : -1
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
                }

                QuestionRow {
                    id: dispositions
                    Layout.fillWidth: true
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
                    Layout.fillWidth: true
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
                    Layout.fillWidth: true
                    area: page.stacked ? page.area : asking
                    label: qsTr("身份情况")
                    bare: true
                    open: page.viewModel.next === "tags"

                    Panel {
                        Layout.fillWidth: true
                        padding: Theme.s3
                        implicitHeight: tagColumn.implicitHeight + 2 * padding

                        ColumnLayout {
                            id: tagColumn
                            anchors.left: parent.left
                            anchors.right: parent.right
                            spacing: Theme.s2

                            Words {
                                Layout.fillWidth: true
                                textFormat: Text.RichText
                                text: "<span style=\"font-weight:600\">" + qsTr("逝者有哪些情况？有的请按一下") + "</span>　" + qsTr("只问查不到的，不清楚的由部门核对")
                            }
                            GridLayout {
                                id: grid
                                Layout.fillWidth: true
                                columns: Math.max(1, Math.floor((tagColumn.width + columnSpacing) / (Theme.px(180) + columnSpacing)))
                                columnSpacing: Theme.gap
                                rowSpacing: Theme.gap
                                uniformCellWidths: true

                                Repeater {
                                    model: page.viewModel.tags

                                    AnswerTile {
                                        required property string key
                                        required property string hint
                                        required property string picture
                                        required text
                                        required chosen

                                        Layout.fillWidth: true
                                        Layout.fillHeight: true
                                        Accessible.description: hint
                                        onClicked: page.viewModel.toggleTag(key)
                                    }
                                }
                                AnswerTile {
                                    Layout.fillWidth: true
                                    Layout.fillHeight: true
                                    single: true
                                    strong: true
                                    text: qsTr("其余都没有")
                                    chosen: page.viewModel.restIsNo
                                    onClicked: page.viewModel.restNo()
                                }
                                AnswerTile {
                                    Layout.fillWidth: true
                                    Layout.fillHeight: true
                                    single: true
                                    strong: true
                                    text: qsTr("其余不清楚")
                                    chosen: page.viewModel.restIsUnknown
                                    onClicked: page.viewModel.restUnknown()
                                }
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
            visible: !Theme.narrow || Theme.portrait
            viewModel: page.viewModel.matters
            onPendingAsked: page.asked = "pending"
        }
        ActionButton {
            visible: Theme.narrow && !Theme.portrait
            Layout.fillWidth: true
            iconName: "list"
            text: page.viewModel.matters.title
            onClicked: page.asked = "matters"
        }
    }

    overlays: [
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
            onClosed: page.asked = ""

            Repeater {
                model: page.viewModel.matters.pendingRows

                MatterLine {
                    Layout.fillWidth: true
                    tickable: false
                    wide: page.width > Theme.px(800)
                }
            }
        },
        Sheet {
            title: qsTr("要办的事项")
            open: page.asked === "matters"
            onClosed: page.asked = ""

            Repeater {
                model: page.viewModel.matters.rows

                MatterLine {
                    Layout.fillWidth: true
                    wide: page.width > Theme.px(800)
                    onToggled: page.viewModel.matters.toggle(matterId)
                }
            }
            Words {
                Layout.fillWidth: true
                text: page.viewModel.matters.foot
                color: Theme.ink2
            }
        }
    ]
}
