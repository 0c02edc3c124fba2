pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "../new_case"

// A document that a department gave, one page at a time, as large as the window allows.
Sheet {
    id: sheet

    required property CaseResultsViewModel viewModel

    readonly property int head: Theme.px(74) + 2 * Theme.s5 + Theme.s4 + 2 * Theme.s6

    title: viewModel.title
    words: viewModel.position
    open: viewModel.viewing !== ""
    widest: Theme.px(1600)
    onClosed: viewModel.closeView()

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
                source: sheet.viewModel.picture
                cache: false
                mipmap: true
                Accessible.role: Accessible.Graphic
                Accessible.name: sheet.viewModel.title + "，" + sheet.viewModel.position
            }
        }
        ColumnLayout {
            id: verbs
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: Theme.portrait
            Layout.maximumWidth: Theme.portrait ? -1 : Theme.px(240)
            spacing: Theme.gap

            ActionButton {
                Layout.fillWidth: true
                enabled: !sheet.viewModel.busy
                text: qsTr("打印")
                onClicked: sheet.viewModel.printOut(sheet.viewModel.viewing)
            }
            ActionButton {
                Layout.fillWidth: true
                visible: sheet.viewModel.hasPrevious || sheet.viewModel.hasNext
                kind: sheet.viewModel.hasNext ? ActionButton.Secondary : ActionButton.Waiting
                trailingIcon: "chevron"
                text: qsTr("下一页")
                onClicked: if (sheet.viewModel.hasNext)
                    sheet.viewModel.turn(1)
            }
            ActionButton {
                Layout.fillWidth: true
                visible: sheet.viewModel.hasPrevious || sheet.viewModel.hasNext
                kind: sheet.viewModel.hasPrevious ? ActionButton.Secondary : ActionButton.Waiting
                iconName: "chevron-left"
                text: qsTr("上一页")
                onClicked: if (sheet.viewModel.hasPrevious)
                    sheet.viewModel.turn(-1)
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: sheet.viewModel.notice
                strong: true
            }
        }
    }
}
