pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Yizhan.Controls
import Yizhan.ViewModels

// A month of large days; nothing has to be typed.
Sheet {
    id: sheet

    required property CalendarPage calendar
    property bool closesWhenChosen: true

    widest: Theme.px(760)

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        ActionButton {
            kind: sheet.calendar.canGoBack ? ActionButton.Secondary : ActionButton.Waiting
            iconName: "chevron-left"
            text: qsTr("上个月")
            onClicked: if (sheet.calendar.canGoBack)
                sheet.calendar.back()
        }
        Words {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: sheet.calendar.title
            strong: true
            font.pixelSize: Theme.h3
        }
        ActionButton {
            kind: sheet.calendar.canGoForward ? ActionButton.Secondary : ActionButton.Waiting
            trailingIcon: "chevron"
            text: qsTr("下个月")
            onClicked: if (sheet.calendar.canGoForward)
                sheet.calendar.forward()
        }
    }
    GridLayout {
        Layout.fillWidth: true
        columns: 7
        columnSpacing: Theme.s2
        rowSpacing: Theme.s2
        uniformCellWidths: true

        Repeater {
            model: [qsTr("一"), qsTr("二"), qsTr("三"), qsTr("四"), qsTr("五"), qsTr("六"), qsTr("日")]

            Words {
                required property string modelData

                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                text: modelData
                color: Theme.ink2
            }
        }
        Repeater {
            model: sheet.calendar.cells

            T.AbstractButton {
                id: day

                required property string iso
                required property string label
                required property bool openDay
                required property bool chosen
                required property bool today

                Layout.fillWidth: true
                implicitHeight: Theme.target
                implicitWidth: Theme.target
                enabled: openDay
                opacity: label === "" ? 0 : 1
                focusPolicy: Qt.StrongFocus
                Accessible.name: iso
                Accessible.checked: chosen
                onClicked: {
                    sheet.calendar.choose(iso);
                    if (sheet.closesWhenChosen)
                        sheet.closed();
                }

                background: Rectangle {
                    radius: Theme.r2
                    color: day.chosen ? Theme.slate : day.down ? Theme.slateTint : day.openDay ? Theme.surface : Theme.sunken
                    border.width: day.chosen || !day.openDay ? 0 : day.today ? Theme.strokeActive : Theme.strokeControl
                    border.color: day.today ? Theme.slate : Theme.edge

                    FocusRing {
                        visible: day.visualFocus
                    }
                }
                contentItem: Words {
                    text: day.today ? qsTr("今天") : day.label
                    strong: day.chosen || day.today
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    wrapMode: Text.NoWrap
                    color: day.chosen ? Theme.surface : day.openDay ? Theme.ink : Theme.ink2
                }
            }
        }
    }
}
