pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Yizhan.Controls

// A short answer that holds or does not: a tick says it, the tint repeats it.
T.AbstractButton {
    id: tile

    property bool chosen: false
    property bool single: false
    property bool strong: false

    implicitHeight: Math.max(Theme.target, words.implicitHeight + Theme.strokeControl)
    implicitWidth: Math.ceil(words.implicitWidth) + mark.implicitWidth + leftPadding + rightPadding + Theme.s3
    horizontalPadding: Theme.compact ? Theme.s2 : Theme.s3
    focusPolicy: Qt.StrongFocus
    Accessible.role: single ? Accessible.RadioButton : Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: chosen

    background: Rectangle {
        radius: Theme.r2
        color: tile.chosen || tile.down ? Theme.slateTint : Theme.surface
        border.width: tile.chosen ? Theme.strokeActive : Theme.strokeControl
        border.color: tile.chosen ? Theme.slate : Theme.edge

        FocusRing {
            visible: tile.visualFocus
        }
    }

    contentItem: RowLayout {
        spacing: Theme.s2

        Rectangle {
            id: mark
            implicitWidth: Theme.px(24)
            implicitHeight: implicitWidth
            radius: tile.single ? width / 2 : Theme.r1
            color: tile.chosen ? Theme.slate : Theme.surface
            border.width: tile.chosen ? 0 : Theme.strokeControl
            border.color: Theme.edge

            Icon {
                anchors.centerIn: parent
                visible: tile.chosen
                name: "check"
                size: Theme.px(18)
                weight: 2.4
                color: Theme.surface
            }
        }
        Words {
            id: words
            Layout.fillWidth: true
            text: tile.text
            font.weight: tile.chosen || tile.strong ? Font.DemiBold : Font.Normal
            color: tile.chosen || tile.strong ? Theme.slate : Theme.ink
        }
    }
}
