pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The pages of a material, one at a time, as large as the window allows.
Sheet {
    id: sheet

    required property CapturedPages pages

    readonly property int head: Theme.px(74) + 2 * Theme.s5 + Theme.s4 + 2 * Theme.s6

    title: pages.viewing
    words: pages.position
    open: pages.viewing !== ""
    widest: Theme.px(1600)
    onClosed: pages.view("")

    GridLayout {
        Layout.fillWidth: true
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.s4
        rowSpacing: Theme.gap

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(Theme.px(160), sheet.height - sheet.head - (Theme.portrait ? verbs.implicitHeight + Theme.gap : 0))
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
        GridLayout {
            id: verbs
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: Theme.portrait
            Layout.maximumWidth: Theme.portrait ? -1 : Theme.px(240)
            columns: Theme.portrait ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            ActionButton {
                Layout.fillWidth: true
                visible: sheet.pages.hasPrevious || sheet.pages.hasNext
                kind: sheet.pages.hasNext ? ActionButton.Secondary : ActionButton.Waiting
                trailingIcon: "chevron"
                text: qsTr("下一页")
                onClicked: if (sheet.pages.hasNext)
                    sheet.pages.turn(1)
            }
            ActionButton {
                Layout.fillWidth: true
                visible: sheet.pages.hasPrevious || sheet.pages.hasNext
                kind: sheet.pages.hasPrevious ? ActionButton.Secondary : ActionButton.Waiting
                iconName: "chevron-left"
                text: qsTr("上一页")
                onClicked: if (sheet.pages.hasPrevious)
                    sheet.pages.turn(-1)
            }
            ActionButton {
                Layout.fillWidth: true
                visible: sheet.pages.canRetake
                iconName: "camera"
                text: sheet.pages.busy === "" ? qsTr("重拍") : qsTr("正在存")
                onClicked: sheet.pages.retake()
            }
            ActionButton {
                Layout.fillWidth: true
                kind: ActionButton.Quiet
                text: sheet.pages.removeText
                onClicked: sheet.pages.remove()
            }
            Words {
                Layout.fillWidth: true
                Layout.columnSpan: Theme.portrait ? 2 : 1
                visible: text !== ""
                text: sheet.pages.notice
                color: Theme.amber
            }
        }
    }
}
