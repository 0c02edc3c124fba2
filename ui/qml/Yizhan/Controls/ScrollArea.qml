pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// What may be longer than its place. Fingers may drag it, and buttons page it, so that nothing needs a drag.
Item {
    id: area

    default property alias content: holder.data
    property int contentLength: holder.childrenRect.height
    property bool paged: true
    // Where height is dearer than width the buttons stand at the right; their room is kept, needed or not.
    property bool strip: false
    // Of the strip the number goes first, then the buttons: never half of one.
    readonly property int pairHeight: 2 * Theme.target + Theme.gap
    readonly property bool overflows: contentLength > height + 1
    readonly property alias flickable: flick
    // What lies across an edge of one screen is whole on the next, unless there is hardly any room.
    readonly property real stride: Math.max(1, flick.height / 2, flick.height - Theme.target)
    readonly property int screens: 1 + Math.ceil(Math.max(0, contentLength - flick.height) / stride)
    readonly property bool worded: !strip && width > Theme.px(460)
    readonly property int showing: Math.min(screens, 1 + Math.ceil(flick.contentY / stride))

    implicitHeight: contentLength
    implicitWidth: holder.childrenRect.width

    function turn(direction: int): void {
        flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, flick.contentY + direction * area.stride));
    }

    // Its head is shown in any case, all of it and some room below where there is room.
    function show(item: Item): void {
        const top = item.mapToItem(holder, 0, 0).y;
        const lowest = Math.max(0, flick.contentHeight - flick.height);
        if (top < flick.contentY)
            flick.contentY = Math.max(0, top - Theme.s3);
        else if (top + item.height + Theme.s5 > flick.contentY + flick.height)
            flick.contentY = Math.min(top, lowest, top + item.height + Theme.s5 - flick.height);
    }

    // What is being written stays in sight when keys come up below.
    onHeightChanged: follow.restart()

    Soon {
        id: follow
        onTriggered: {
            const written = area.Window.activeFocusItem;
            if (written instanceof TextInput && area.holds(written))
                area.show(written);
        }
    }

    function holds(item: Item): bool {
        for (let around = item.parent; around; around = around.parent) {
            if (around === holder)
                return true;
        }
        return false;
    }

    Flickable {
        id: flick
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: pages.visible && !area.strip ? pages.top : parent.bottom
        anchors.leftMargin: -Theme.s2
        anchors.rightMargin: area.strip ? Theme.target + Theme.s2 : -Theme.s2
        contentHeight: area.contentLength
        contentWidth: width
        clip: area.overflows
        interactive: area.overflows
        boundsBehavior: Flickable.StopAtBounds

        Item {
            id: holder
            x: Theme.s2
            width: flick.width - 2 * Theme.s2
            height: area.contentLength
        }
    }

    Item {
        id: pages
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        width: area.strip ? Theme.target : parent.width
        height: area.strip ? parent.height : Theme.target + Theme.s3
        visible: area.overflows && area.paged && (!area.strip || area.height >= area.pairHeight)

        Separator {
            visible: !area.strip
            width: parent.width
        }

        GridLayout {
            anchors.fill: parent
            anchors.topMargin: area.strip ? 0 : Theme.s3 / 2
            anchors.bottomMargin: area.strip ? 0 : Theme.s3 / 2
            columns: area.strip ? 1 : 4
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            Item {
                Layout.fillWidth: !area.strip && area.width <= Theme.px(560)
                Layout.fillHeight: area.strip
            }

            Words {
                Layout.fillWidth: true
                visible: area.strip ? area.height >= area.pairHeight + Theme.gap + Theme.px(60) : area.width > Theme.px(560)
                horizontalAlignment: area.strip ? Text.AlignHCenter : Text.AlignLeft
                text: (area.strip ? qsTr("%1 / %2") : qsTr("第 %1 屏，共 %2 屏")).arg(area.showing).arg(area.screens)
                color: Theme.ink2
            }

            ActionButton {
                kind: flick.contentY > 0 ? ActionButton.Secondary : ActionButton.Waiting
                iconName: "chevron-up"
                Layout.fillWidth: area.strip
                padding: area.strip ? 0 : Theme.s5
                text: area.worded ? qsTr("上一屏") : ""
                Accessible.name: qsTr("上一屏")
                onClicked: area.turn(-1)
            }

            ActionButton {
                kind: flick.contentY < flick.contentHeight - flick.height - 1 ? ActionButton.Secondary : ActionButton.Waiting
                iconName: "chevron-down"
                Layout.fillWidth: area.strip
                padding: area.strip ? 0 : Theme.s5
                text: area.worded ? qsTr("下一屏") : ""
                Accessible.name: qsTr("下一屏")
                onClicked: area.turn(1)
            }
        }
    }
}
