import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// One matter: tick, name, department and reason, how it starts, by when.
ColumnLayout {
    id: line

    required property string matterId
    required property string name
    required property string department
    required property string reason
    required property string badge
    required property string tone
    required property string due
    required property bool ticked
    property bool wide: true
    property bool tickable: true

    signal toggled

    spacing: 0

    Separator {
        Layout.fillWidth: true
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.px(68)
        spacing: Theme.s3

        TickBox {
            visible: line.tickable
            checked: line.ticked
            text: line.name
            onClicked: line.toggled()
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.topMargin: Theme.s2
            Layout.bottomMargin: Theme.s2
            spacing: 0

            Words {
                Layout.fillWidth: true
                text: line.name
                strong: true
                font.pixelSize: Theme.between
                color: line.ticked || !line.tickable ? Theme.ink : Theme.ink2
            }
            Words {
                Layout.fillWidth: true
                textFormat: Text.RichText
                text: "<span style=\"color:" + Theme.slate + "; font-weight:600\">" + line.department + "</span>&nbsp;&nbsp;" + line.reason
                color: Theme.ink2
            }
            RowLayout {
                Layout.fillWidth: true
                visible: !line.wide
                spacing: Theme.s3

                Badge {
                    iconName: ""
                    tone: line.tone === "green" ? Badge.Green : line.tone === "amber" ? Badge.Amber : Badge.Slate
                    text: line.badge
                }
                Words {
                    Layout.fillWidth: true
                    text: line.due
                }
            }
        }
        ColumnLayout {
            Layout.preferredWidth: Theme.px(150)
            Layout.maximumWidth: Theme.px(150)
            Layout.topMargin: Theme.s1
            Layout.bottomMargin: Theme.s1
            visible: line.wide
            spacing: 2

            Badge {
                Layout.alignment: Qt.AlignRight
                iconName: ""
                tone: line.tone === "green" ? Badge.Green : line.tone === "amber" ? Badge.Amber : Badge.Slate
                text: line.badge
            }
            Words {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignRight
                text: line.due
            }
        }
    }
}
