pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step e: one page to read together.
StepPage {
    id: page

    required property ConfirmViewModel viewModel
    readonly property bool stacked: Theme.narrow || Theme.portrait
    property bool cannotWrite: false

    signal mend(int step)

    function point(place: string): void {
        const target = place.startsWith("consent") ? consents : place === "signature" ? sign : null;
        if (target) {
            page.showField(target);
            decisions.show(target);
            const first = target.nextItemInFocusChain(true);
            if (first)
                first.forceActiveFocus(Qt.TabFocusReason);
        }
    }

    title: qsTr("请一起看一遍")
    subtitle: qsTr("哪里不对，按那一块右边的“改”")

    ErrorBanner {
        Layout.fillWidth: true
        what: page.viewModel.notice
        onClosed: page.viewModel.quiet()
    }

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: !page.stacked
        Layout.alignment: Qt.AlignTop
        columns: page.stacked ? 1 : 2
        columnSpacing: Theme.gutter
        rowSpacing: Theme.gutter

        ScrollArea {
            id: reading
            Layout.fillWidth: true
            Layout.fillHeight: !page.stacked
            Layout.preferredHeight: page.stacked ? implicitHeight : 0
            contentLength: sheet.implicitHeight

            Panel {
                id: sheet
                width: parent.width
                height: page.stacked ? implicitHeight : Math.max(implicitHeight, reading.height)
                level: 2
                padding: Theme.low ? Theme.s4 : Theme.s5
                implicitHeight: facts.implicitHeight + 2 * padding

                ColumnLayout {
                    id: facts
                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.top: parent.top
                    spacing: Theme.low ? Theme.s2 : Theme.s3

                    GridLayout {
                        Layout.fillWidth: true
                        columns: sheet.width > Theme.px(680) ? people.count + 1 : sheet.width > Theme.px(520) ? 2 : 1
                        columnSpacing: Theme.s5
                        rowSpacing: Theme.s3

                        Repeater {
                            id: people
                            model: page.viewModel.people

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
                            text: page.viewModel.revealed ? qsTr("盖上") : qsTr("看 5 秒")
                            Accessible.description: qsTr("显示姓名和号码五秒")
                            onClicked: page.viewModel.reveal()
                        }
                    }
                    Separator {
                        Layout.fillWidth: true
                    }
                    RowLayout {
                        Layout.fillWidth: true
                        spacing: Theme.s4

                        Words {
                            text: page.viewModel.mattersTitle
                            strong: true
                            font.pixelSize: Theme.lead
                            wrapMode: Text.NoWrap
                        }
                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.mattersLine
                            color: Theme.ink2
                        }
                        ActionButton {
                            kind: ActionButton.Quiet
                            iconName: "pen"
                            text: qsTr("改")
                            Accessible.name: qsTr("改事项")
                            onClicked: page.mend(1)
                        }
                    }
                    GridLayout {
                        Layout.fillWidth: true
                        columns: sheet.width > Theme.px(900) ? 2 : 1
                        columnSpacing: Theme.s6
                        rowSpacing: 0
                        uniformCellWidths: true

                        Repeater {
                            model: page.viewModel.matters

                            ColumnLayout {
                                id: matter

                                required property string name
                                required property string department
                                required property string due
                                required property bool automatic

                                Layout.fillWidth: true
                                Layout.alignment: Qt.AlignTop
                                spacing: 0

                                Separator {
                                    Layout.fillWidth: true
                                }
                                RowLayout {
                                    Layout.fillWidth: true
                                    Layout.topMargin: Theme.s2
                                    Layout.bottomMargin: Theme.s2
                                    spacing: Theme.s3

                                    Words {
                                        Layout.fillWidth: true
                                        Layout.alignment: Qt.AlignTop
                                        text: matter.name
                                        strong: true
                                    }
                                    Words {
                                        Layout.preferredWidth: Theme.px(84)
                                        Layout.alignment: Qt.AlignTop
                                        text: matter.department
                                        color: Theme.ink2
                                    }
                                    Words {
                                        Layout.preferredWidth: Theme.px(190)
                                        horizontalAlignment: Text.AlignRight
                                        text: matter.automatic ? qsTr("%1，免申即办").arg(matter.due) : matter.due
                                        color: matter.automatic ? Theme.green : Theme.ink
                                    }
                                }
                            }
                        }
                    }
                    GridLayout {
                        Layout.fillWidth: true
                        columns: sheet.width > Theme.px(900) ? 2 : 1
                        columnSpacing: Theme.s6
                        rowSpacing: 0
                        uniformCellWidths: true

                        Repeater {
                            model: page.viewModel.facts

                            ColumnLayout {
                                id: fact

                                required property string label
                                required property string value
                                required property int step

                                Layout.fillWidth: true
                                Layout.alignment: Qt.AlignTop
                                spacing: 0

                                Separator {
                                    Layout.fillWidth: true
                                }
                                RowLayout {
                                    Layout.fillWidth: true
                                    spacing: Theme.s4

                                    Words {
                                        Layout.preferredWidth: Theme.px(72)
                                        text: fact.label
                                        strong: true
                                    }
                                    Words {
                                        Layout.fillWidth: true
                                        text: fact.value
                                    }
                                    ActionButton {
                                        kind: ActionButton.Quiet
                                        iconName: "pen"
                                        text: qsTr("改")
                                        Accessible.name: qsTr("改%1").arg(fact.label)
                                        onClicked: page.mend(fact.step)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        ScrollArea {
            id: decisions
            Layout.fillWidth: page.stacked
            Layout.fillHeight: !page.stacked
            Layout.preferredWidth: page.stacked ? -1 : Theme.px(Theme.compact ? 536 : 680)
            Layout.preferredHeight: page.stacked ? implicitHeight : 0
            contentLength: columns.implicitHeight

            ColumnLayout {
                id: columns
                width: parent.width
                height: page.stacked ? implicitHeight : Math.max(implicitHeight, decisions.height)
                spacing: Theme.low ? Theme.s2 : Theme.s5

                Panel {
                    id: consents
                    Layout.fillWidth: true
                    padding: Theme.low ? Theme.s3 : Theme.s5
                    implicitHeight: ticks.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: ticks
                        anchors.left: parent.left
                        anchors.right: parent.right
                        spacing: 0

                        Words {
                            Layout.bottomMargin: Theme.low ? Theme.s1 : Theme.s3
                            text: qsTr("请申请人同意")
                            strong: true
                            font.pixelSize: Theme.low ? Theme.body : Theme.lead
                        }
                        Repeater {
                            model: page.viewModel.consents

                            ColumnLayout {
                                id: consent

                                required property string key
                                required property string text
                                required property string full
                                required property bool ticked

                                Layout.fillWidth: true
                                spacing: 0

                                Separator {
                                    Layout.fillWidth: true
                                }
                                RowLayout {
                                    Layout.fillWidth: true
                                    spacing: 0

                                    TickBox {
                                        text: consent.text
                                        checked: consent.ticked
                                        onClicked: page.viewModel.toggleConsent(consent.key)
                                    }
                                    Words {
                                        Layout.fillWidth: true
                                        text: consent.text
                                        Accessible.ignored: true

                                        TapHandler {
                                            onTapped: page.viewModel.toggleConsent(consent.key)
                                        }
                                    }
                                    ActionButton {
                                        kind: ActionButton.Quiet
                                        text: qsTr("看全文")
                                        Accessible.name: qsTr("看全文：%1").arg(consent.text)
                                        onClicked: page.viewModel.read(consent.key)
                                    }
                                }
                            }
                        }
                    }
                }

                Panel {
                    id: sign
                    Layout.fillWidth: true
                    Layout.fillHeight: !page.stacked
                    active: page.viewModel.signedWords === ""
                    padding: Theme.low ? Theme.s3 : Theme.s5
                    implicitHeight: signing.implicitHeight + 2 * padding

                    ColumnLayout {
                        id: signing
                        anchors.fill: parent
                        spacing: Theme.low ? Theme.s2 : Theme.s3

                        RowLayout {
                            Layout.fillWidth: true
                            spacing: Theme.s3

                            Words {
                                Layout.fillWidth: true
                                text: page.viewModel.signTitle
                                strong: true
                                font.pixelSize: Theme.low ? Theme.body : Theme.lead
                            }
                            Words {
                                text: qsTr("手指或笔都可以")
                                wrapMode: Text.NoWrap
                                visible: sign.width > Theme.px(520)
                                color: Theme.ink2
                            }
                        }
                        SignaturePad {
                            Layout.fillWidth: true
                            Layout.fillHeight: true
                            Layout.minimumHeight: Theme.low ? Theme.px(88) : Theme.px(170)
                            Layout.preferredHeight: Theme.low ? Theme.px(88) : Theme.px(170)
                            Layout.maximumHeight: Theme.px(280)
                            implicitWidth: Theme.px(300)
                            visible: !page.cannotWrite
                            words: page.viewModel.signTitle
                            path: page.viewModel.signature
                            onStrokeDrawn: fractions => page.viewModel.addStroke(fractions)
                        }
                        ColumnLayout {
                            Layout.fillWidth: true
                            visible: page.cannotWrite
                            spacing: Theme.gap

                            ChoiceTile {
                                Layout.fillWidth: true
                                text: qsTr("按手印")
                                words: qsTr("在打印出来的凭证上按")
                                onClicked: {
                                    page.viewModel.signWithoutWriting("fingerprint");
                                    page.cannotWrite = false;
                                }
                            }
                            ChoiceTile {
                                Layout.fillWidth: true
                                text: qsTr("请见证人签")
                                words: qsTr("见证人在打印出来的凭证上签名")
                                onClicked: {
                                    page.viewModel.signWithoutWriting("witness");
                                    page.cannotWrite = false;
                                }
                            }
                        }
                        RowLayout {
                            Layout.fillWidth: true
                            spacing: Theme.gap

                            ActionButton {
                                text: qsTr("重签")
                                onClicked: {
                                    page.cannotWrite = false;
                                    page.viewModel.signAgain();
                                }
                            }
                            ActionButton {
                                kind: ActionButton.Quiet
                                text: page.cannotWrite ? qsTr("还是签名") : qsTr("不能写字")
                                onClicked: page.cannotWrite = !page.cannotWrite
                            }
                            Item {
                                Layout.fillWidth: true
                            }
                            Icon {
                                visible: page.viewModel.signedWords !== ""
                                name: "check"
                                color: Theme.green
                            }
                            Words {
                                Layout.maximumWidth: sign.width / 2
                                text: page.viewModel.signedWords
                                color: Theme.green
                            }
                        }
                    }
                }
            }
        }
    }

    overlays: Sheet {
        title: page.viewModel.readingTitle
        open: page.viewModel.readingTitle !== ""
        onClosed: page.viewModel.read("")

        Words {
            Layout.fillWidth: true
            text: page.viewModel.readingText
            font.pixelSize: Theme.lead
            lineHeight: 1.2
        }
    }
}
