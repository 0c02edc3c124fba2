pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// A material: what there is of it, one line about it, one to three verbs.
Panel {
    id: tile

    required property string materialId
    required property string name
    required property string icon
    required property string badge
    required property string tone
    required property string fact
    required property int pages
    required property var thumbnails
    required property bool missing
    required property bool first
    required property bool canCapture
    required property bool canShare
    required property bool canPromise
    required property bool canDefer
    required property string follows
    required property bool canUndo
    required property bool conditional
    required property bool settled

    readonly property bool card: tone === "green" && pages === 0 && icon === "card"

    signal captured
    signal fileAsked
    signal viewed
    signal withoutAsked
    signal deferralAsked
    signal undone

    function call(): void {
        const next = tile.nextItemInFocusChain(true);
        if (next)
            next.forceActiveFocus(Qt.TabFocusReason);
    }

    active: first
    padding: Theme.low ? Theme.s4 : Theme.s5
    implicitHeight: column.implicitHeight + 2 * padding
    implicitWidth: Theme.px(300)
    Accessible.role: Accessible.Grouping
    Accessible.name: name + "，" + badge

    // Where it is low the picture stands beside the words, with the first page alone.
    GridLayout {
        id: column
        anchors.fill: parent
        columns: Theme.low ? 2 : 1
        columnSpacing: Theme.s3
        rowSpacing: Theme.s3

        Rectangle {
            Layout.fillWidth: !Theme.low
            Layout.preferredWidth: Theme.low ? Theme.px(96) : -1
            Layout.preferredHeight: Theme.low ? Theme.px(72) : Theme.px(104)
            Layout.alignment: Qt.AlignTop
            radius: Theme.r2
            color: tile.first ? Theme.surface : tile.tone === "amber" ? Theme.amberTint : tile.tone === "slate" ? Theme.slateTint : tile.pages > 0 || tile.card ? Theme.sunken : tile.tone === "green" ? Theme.greenTint : Theme.sunken

            PageStrip {
                anchors.fill: parent
                visible: tile.pages > 0
                thumbnails: Theme.low ? tile.thumbnails.slice(0, 1) : tile.thumbnails
                pages: Theme.low ? 1 : tile.pages
                name: tile.name
                onClicked: tile.viewed()
            }
            Icon {
                anchors.centerIn: parent
                visible: tile.pages === 0
                name: tile.tone === "amber" ? "clock" : tile.tone === "slate" ? "pen" : tile.tone === "green" && !tile.card ? "link" : tile.icon
                size: Theme.low ? Theme.px(40) : Theme.px(56)
                weight: 1.5
                color: tile.tone === "amber" ? Theme.amber : tile.tone === "green" && !tile.card ? Theme.green : Theme.slate
            }
        }

        GridLayout {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            columns: 2
            columnSpacing: Theme.s2
            rowSpacing: Theme.low ? Theme.s1 : Theme.s3

            Words {
                Layout.fillWidth: true
                Layout.columnSpan: Theme.low ? 2 : 1
                text: tile.name
                strong: true
                font.pixelSize: Theme.lead
            }
            Badge {
                Layout.alignment: Qt.AlignTop
                tone: tile.tone === "green" ? Badge.Green : tile.tone === "amber" ? Badge.Amber : tile.tone === "slate" ? Badge.Slate : tile.first ? Badge.Plain : Badge.Amber
                text: tile.badge
            }
            Words {
                Layout.fillWidth: true
                Layout.columnSpan: Theme.low ? 1 : 2
                text: tile.fact
                color: Theme.ink2
            }
        }
        Flow {
            Layout.fillWidth: true
            Layout.columnSpan: Theme.low ? 2 : 1
            spacing: Theme.gap

            ActionButton {
                visible: tile.canCapture
                padding: Theme.s4
                kind: tile.first ? ActionButton.Primary : ActionButton.Secondary
                iconName: tile.missing ? "camera" : ""
                text: tile.pages > 0 ? qsTr("再拍一页") : tile.missing ? qsTr("拍照") : qsTr("现在就交")
                onClicked: tile.captured()
            }
            ActionButton {
                visible: tile.missing || tile.pages > 0
                padding: Theme.s4
                text: qsTr("选文件")
                onClicked: tile.fileAsked()
            }
            ActionButton {
                visible: tile.pages > 0
                padding: Theme.s4
                text: qsTr("看大图")
                onClicked: tile.viewed()
            }
            ActionButton {
                visible: tile.missing && (tile.canShare || tile.canPromise || tile.canDefer)
                padding: Theme.s4
                text: qsTr("现在没有")
                onClicked: tile.withoutAsked()
            }
            ActionButton {
                visible: tile.tone === "amber" && tile.canDefer
                padding: Theme.s4
                text: qsTr("改日期")
                onClicked: tile.deferralAsked()
            }
            ActionButton {
                visible: tile.canUndo
                padding: Theme.s4
                kind: ActionButton.Quiet
                text: qsTr("改回")
                onClicked: tile.undone()
            }
        }
        Item {
            Layout.columnSpan: Theme.low ? 2 : 1
            Layout.fillHeight: true
        }
    }
}
