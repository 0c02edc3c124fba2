pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The pages of a material, one at a time, as large as the window allows.
Sheet {
    id: sheet

    required property CapturedPages pages

    title: pages.viewing
    words: pages.position
    open: pages.viewing !== ""
    widest: Theme.px(1400)
    onClosed: pages.view("")

    Flow {
        Layout.fillWidth: true
        spacing: Theme.gap

        ActionButton {
            visible: sheet.pages.hasPrevious || sheet.pages.hasNext
            kind: sheet.pages.hasPrevious ? ActionButton.Secondary : ActionButton.Waiting
            iconName: "chevron-left"
            text: qsTr("上一页")
            onClicked: if (sheet.pages.hasPrevious)
                sheet.pages.turn(-1)
        }
        ActionButton {
            visible: sheet.pages.hasPrevious || sheet.pages.hasNext
            kind: sheet.pages.hasNext ? ActionButton.Secondary : ActionButton.Waiting
            trailingIcon: "chevron"
            text: qsTr("下一页")
            onClicked: if (sheet.pages.hasNext)
                sheet.pages.turn(1)
        }
        ActionButton {
            visible: sheet.pages.canRetake
            iconName: "camera"
            text: sheet.pages.busy === "" ? qsTr("重拍这一页") : qsTr("正在存")
            onClicked: sheet.pages.retake()
        }
        ActionButton {
            kind: ActionButton.Quiet
            text: sheet.pages.removeText
            onClicked: sheet.pages.remove()
        }
    }
    Words {
        Layout.fillWidth: true
        visible: text !== ""
        text: sheet.pages.notice
        color: Theme.amber
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: Math.max(Theme.px(280), sheet.height - Theme.px(280))
        radius: Theme.r2
        color: Theme.sunken

        Image {
            anchors.fill: parent
            anchors.margins: Theme.s2
            fillMode: Image.PreserveAspectFit
            source: sheet.pages.large
            cache: false
            mipmap: true
            Accessible.role: Accessible.Graphic
            Accessible.name: sheet.pages.viewing + "，" + sheet.pages.position
        }
    }
}
