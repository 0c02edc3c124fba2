pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// One person: waiting for a card, being typed, or filled. All states have one size.
Panel {
    id: panel

    required property PersonTile tile
    required property IdentityViewModel viewModel
    required property KeysState keys
    readonly property string standing: tile.state
    // Where it is low the number stands beside the name; a longer name takes two smaller lines there.
    readonly property bool oneLine: Theme.low && width <= Theme.px(600) && width > Theme.px(440) && tile.name.length < 11
    readonly property bool waits: standing === "waiting" || standing === "reading"
    property bool askRelation: false
    property real room: 0
    readonly property Item relations: relation
    readonly property real relationRoom: relation.visible ? relation.height + column.spacing + Theme.stroke : 0

    function focusEntry(number: bool): void {
        if (form.item)
            (form.item as EntryForm).take(number);
    }

    function focusRelation(): void {
        first(relation);
    }
    function focusTile(): void {
        first(panel);
    }
    function first(place: Item): void {
        const next = place.nextItemInFocusChain(true);
        if (next)
            next.forceActiveFocus(Qt.TabFocusReason);
    }

    level: standing === "filled" ? 2 : 1
    active: waits
    padding: Theme.low ? Theme.s4 : Theme.inner
    implicitWidth: Theme.px(380)
    implicitHeight: column.implicitHeight + 2 * padding
    Accessible.role: Accessible.Grouping
    Accessible.name: tile.title + "，" + tile.badge

    ColumnLayout {
        id: column
        anchors.fill: parent
        spacing: Theme.low ? Theme.s2 : Theme.s4

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Words {
                Layout.fillWidth: true
                text: panel.tile.title
                strong: true
                font.pixelSize: Theme.between
                color: Theme.ink2
            }
            Badge {
                tone: panel.tile.tone === "green" ? Badge.Green : panel.tile.tone === "amber" ? Badge.Amber : panel.waits ? Badge.Plain : Badge.Neutral
                iconName: panel.tile.tone === "green" ? "check" : panel.waits ? "clock" : panel.tile.tone === "amber" ? "note" : ""
                text: panel.tile.badge
            }
        }

        // ---- waiting, or empty
        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.waits || panel.standing === "empty"
            spacing: Theme.s3

            Item {
                Layout.fillHeight: true
            }
            CardOverReader {
                visible: panel.waits || !Theme.low
                Layout.alignment: Qt.AlignHCenter
                Layout.preferredHeight: Theme.low ? Theme.px(96) : Theme.px(208)
                Layout.preferredWidth: Theme.low ? Theme.px(116) : Theme.px(250)
                color: panel.waits ? Theme.slate : Theme.edge
            }
            Words {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                text: panel.tile.prompt
                strong: true
                font.pixelSize: Theme.h3
            }
            Words {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                visible: panel.waits
                text: qsTr("正面朝上，贴住读卡器，约 1 秒读好")
                color: Theme.ink2
            }
            Item {
                Layout.fillHeight: true
            }
            ActionButton {
                Layout.alignment: Qt.AlignHCenter
                visible: panel.standing === "empty" || panel.tile.role === "agent"
                kind: ActionButton.Quiet
                text: panel.tile.role === "agent" ? qsTr("不用代办人") : qsTr("先读这一张")
                onClicked: panel.tile.role === "agent" ? panel.viewModel.clear("agent") : panel.viewModel.readAgain(panel.tile.role)
            }
        }

        // ---- typed
        Loader {
            id: form
            Layout.fillWidth: true
            Layout.fillHeight: true
            active: panel.standing === "editing"
            visible: active
            sourceComponent: EntryForm {
                viewModel: panel.viewModel
                role: panel.tile.role
                keys: panel.keys
            }
        }

        // ---- filled
        GridLayout {
            Layout.fillWidth: true
            visible: panel.standing === "filled"
            columns: panel.oneLine || panel.width > Theme.px(600) ? 2 : 1
            columnSpacing: panel.oneLine ? Theme.s3 : Theme.s4
            rowSpacing: Theme.low ? Theme.s1 : Theme.s3

            Words {
                Layout.fillWidth: true
                text: panel.oneLine ? panel.tile.name.replace(/^(.{2,5}·)(.{2,5})$/, "$1\n$2") : panel.tile.name
                strong: true
                font.pixelSize: panel.oneLine && panel.tile.name.length > 4 ? Theme.body : panel.tile.name.length > 8 || panel.width < Theme.px(600) ? Theme.h2 : Theme.name
            }
            Well {
                Layout.rowSpan: 2
                Layout.alignment: Qt.AlignTop | Qt.AlignRight
                visible: panel.width > Theme.px(600)
                implicitWidth: Theme.low ? Theme.px(84) : Theme.px(140)
                implicitHeight: Theme.low ? Theme.px(100) : Theme.px(164)

                ColumnLayout {
                    anchors.centerIn: parent
                    width: parent.width - Theme.s2
                    spacing: 0

                    Icon {
                        Layout.alignment: Qt.AlignHCenter
                        name: "person"
                        size: Theme.low ? Theme.icon : Theme.px(56)
                        color: Theme.edge
                    }
                    Words {
                        Layout.fillWidth: true
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("照片暂不显示")
                        color: Theme.ink2
                    }
                }
            }
            RowLayout {
                spacing: Theme.s3

                MaskedNumber {
                    masked: panel.tile.number
                    size: Theme.between
                }
                ActionButton {
                    kind: ActionButton.Quiet
                    padding: Theme.s2
                    iconName: "eye"
                    text: panel.tile.revealed ? qsTr("盖上") : qsTr("看 5 秒")
                    Accessible.description: qsTr("显示完整号码五秒")
                    onClicked: panel.tile.revealed ? panel.tile.conceal() : panel.tile.reveal()
                }
            }
        }
        ColumnLayout {
            Layout.fillWidth: true
            visible: panel.standing === "filled"
            spacing: Theme.low ? 2 : Theme.s3

            LabelValue {
                Layout.fillWidth: true
                visible: value !== "" && panel.tile.documentType !== qsTr("居民身份证")
                label: qsTr("证件")
                value: panel.tile.documentType
            }
            LabelValue {
                Layout.fillWidth: true
                label: qsTr("性别年龄")
                value: [panel.tile.sex, panel.tile.age, Theme.low ? panel.tile.birth : ""].filter(part => part !== "").join("，")
            }
            LabelValue {
                Layout.fillWidth: true
                visible: !Theme.low
                label: qsTr("出生日期")
                value: panel.tile.birth
            }
            LabelValue {
                Layout.fillWidth: true
                label: qsTr("住址")
                value: panel.tile.address
            }
            RowLayout {
                Layout.fillWidth: true
                visible: panel.tile.warnings !== ""
                spacing: Theme.s2

                Icon {
                    Layout.alignment: Qt.AlignTop
                    name: "note"
                    size: Theme.iconSmall
                    color: Theme.amber
                }
                Words {
                    Layout.fillWidth: true
                    text: panel.tile.warnings
                    color: Theme.amber
                }
            }
        }

        Item {
            Layout.fillHeight: true
            visible: panel.standing === "filled"
        }

        Flow {
            Layout.fillWidth: true
            visible: panel.standing === "filled"
            spacing: Theme.gap

            ActionButton {
                visible: panel.tile.role !== "agent"
                padding: Theme.low ? Theme.s4 : Theme.s5
                iconName: "swap"
                text: qsTr("对调")
                onClicked: panel.viewModel.swap()
            }
            ActionButton {
                padding: Theme.low ? Theme.s4 : Theme.s5
                text: qsTr("重新读卡")
                onClicked: panel.viewModel.readAgain(panel.tile.role)
            }
            ActionButton {
                padding: Theme.low ? Theme.s4 : Theme.s5
                text: qsTr("改字")
                iconName: Theme.low ? "" : "pen"
                onClicked: panel.viewModel.typeIn(panel.tile.role)
            }
            ActionButton {
                kind: ActionButton.Quiet
                text: qsTr("清除")
                onClicked: panel.viewModel.clear(panel.tile.role)
            }
        }

        Item {
            Layout.preferredHeight: panel.room
            visible: panel.room > 0 && panel.standing === "filled"
        }
        Separator {
            Layout.fillWidth: true
            visible: panel.askRelation && panel.standing !== "editing"
            color: panel.active ? Theme.slateLine : Theme.line
        }
        ColumnLayout {
            id: relation
            objectName: "relation"
            Layout.fillWidth: true
            visible: panel.askRelation && panel.standing !== "editing"
            spacing: Theme.s2

            Words {
                Layout.fillWidth: true
                text: panel.waits ? qsTr("申请人是逝者的（可以先选）") : qsTr("申请人是逝者的")
                strong: true
            }
            GridLayout {
                Layout.fillWidth: true
                columns: (width - 3 * columnSpacing) / 4 < Theme.px(108) ? 3 : 4
                columnSpacing: Theme.low ? Theme.s2 : Theme.gap
                rowSpacing: Theme.low ? Theme.s2 : Theme.gap
                uniformCellWidths: true

                Repeater {
                    model: panel.viewModel.relations

                    SegmentButton {
                        required property string key
                        required property bool chosen
                        required text

                        Layout.fillWidth: true
                        implicitWidth: contentItem.implicitWidth + Theme.s2
                        checked: chosen
                        onClicked: panel.viewModel.chooseRelation(key)
                    }
                }
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: panel.viewModel.relationMessage
                color: Theme.amber
            }
        }
    }
}
