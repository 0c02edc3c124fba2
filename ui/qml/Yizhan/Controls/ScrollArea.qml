pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// What may be longer than its place. Fingers may drag it, and buttons page it, so that nothing needs a drag.
Item {
    id: area

    default property alias content: holder.data
    property int contentLength: holder.childrenRect.height
    readonly property bool overflows: contentLength > height + 1
    readonly property alias flickable: flick

    implicitHeight: contentLength
    implicitWidth: holder.childrenRect.width

    function turn(direction: int): void {
        flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, flick.contentY + direction * (flick.height - Theme.target)));
    }

    Flickable {
        id: flick
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: pages.visible ? pages.top : parent.bottom
        contentHeight: area.contentLength
        contentWidth: width
        clip: area.overflows
        interactive: area.overflows
        boundsBehavior: Flickable.StopAtBounds

        Item {
            id: holder
            width: flick.width
            height: area.contentLength
        }
    }

    RowLayout {
        id: pages
        anchors.bottom: parent.bottom
        width: parent.width
        visible: area.overflows
        spacing: Theme.gap

        ActionButton {
            Layout.fillWidth: true
            kind: flick.contentY > 0 ? ActionButton.Secondary : ActionButton.Waiting
            iconName: "chevron-up"
            text: qsTr("上一屏")
            onClicked: area.turn(-1)
        }

        ActionButton {
            Layout.fillWidth: true
            kind: flick.contentY < flick.contentHeight - flick.height - 1 ? ActionButton.Secondary : ActionButton.Waiting
            iconName: "chevron-down"
            text: qsTr("下一屏")
            onClicked: area.turn(1)
        }
    }
}
