pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// What may be longer than its place. Fingers may drag it, and buttons page it, so that nothing needs a drag.
Item {
    id: area

    default property alias content: holder.data
    property int contentLength: holder.childrenRect.height
    property bool paged: true
    readonly property bool overflows: contentLength > height + 1
    readonly property alias flickable: flick
    // What lies across an edge of one screen is whole on the next, unless there is hardly any room.
    readonly property real stride: Math.max(1, flick.height / 2, flick.height - Theme.target)
    readonly property int screens: 1 + Math.ceil(Math.max(0, contentLength - flick.height) / stride)
    readonly property int showing: Math.min(screens, 1 + Math.ceil(flick.contentY / stride))

    implicitHeight: contentLength
    implicitWidth: holder.childrenRect.width

    function turn(direction: int): void {
        flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, flick.contentY + direction * area.stride));
    }

    function show(item: Item): void {
        const top = item.mapToItem(holder, 0, 0).y;
        if (top < flick.contentY)
            flick.contentY = Math.max(0, top - Theme.s3);
        else if (top + item.height + Theme.s5 > flick.contentY + flick.height)
            flick.contentY = Math.min(Math.max(0, flick.contentHeight - flick.height), top + item.height + Theme.s5 - flick.height);
    }

    Flickable {
        id: flick
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: pages.visible ? pages.top : parent.bottom
        anchors.leftMargin: -Theme.s2
        anchors.rightMargin: -Theme.s2
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
        width: parent.width
        height: Theme.target + Theme.s3
        visible: area.overflows && area.paged

        Separator {
            width: parent.width
        }

        RowLayout {
            anchors.fill: parent
            anchors.topMargin: Theme.s3 / 2
            anchors.bottomMargin: Theme.s3 / 2
            spacing: Theme.gap

            Words {
                Layout.fillWidth: true
                visible: area.width > Theme.px(560)
                text: qsTr("第 %1 屏，共 %2 屏").arg(area.showing).arg(area.screens)
                color: Theme.ink2
            }

            Item {
                Layout.fillWidth: area.width <= Theme.px(560)
            }

            ActionButton {
                kind: flick.contentY > 0 ? ActionButton.Secondary : ActionButton.Waiting
                iconName: "chevron-up"
                text: area.width > Theme.px(460) ? qsTr("上一屏") : ""
                Accessible.name: qsTr("上一屏")
                onClicked: area.turn(-1)
            }

            ActionButton {
                kind: flick.contentY < flick.contentHeight - flick.height - 1 ? ActionButton.Secondary : ActionButton.Waiting
                iconName: "chevron-down"
                text: area.width > Theme.px(460) ? qsTr("下一屏") : ""
                Accessible.name: qsTr("下一屏")
                onClicked: area.turn(1)
            }
        }
    }
}
