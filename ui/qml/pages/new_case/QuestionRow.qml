import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// A question at the left, its answers beside it. The first open one has a bar at its left.
RowLayout {
    id: row

    property string label
    property string words
    property bool open: false
    property bool bare: false
    required property ScrollArea area
    default property alias content: answers.data

    function call(): void {
        area.show(row);
        const first = row.nextItemInFocusChain(true);
        if (first)
            first.forceActiveFocus(Qt.TabFocusReason);
    }

    spacing: Theme.s3

    Rectangle {
        Layout.fillHeight: true
        Layout.topMargin: Theme.s2
        Layout.bottomMargin: Theme.s2
        implicitWidth: 6
        radius: 3
        opacity: row.open ? 1 : 0
        color: Theme.slate
    }
    ColumnLayout {
        Layout.preferredWidth: Theme.px(84)
        Layout.minimumWidth: Theme.px(84)
        Layout.maximumWidth: Theme.px(84)
        Layout.alignment: Qt.AlignTop
        visible: !row.bare
        spacing: 0

        Words {
            Layout.fillWidth: true
            Layout.minimumHeight: Theme.target
            verticalAlignment: Text.AlignVCenter
            text: row.label
            strong: row.open
            color: row.open ? Theme.ink : Theme.ink2
        }
        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: row.words
            color: Theme.ink2
        }
    }
    ColumnLayout {
        id: answers
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop
        spacing: Theme.s2
    }
}
