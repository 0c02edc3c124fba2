import QtQuick
import QtQuick.Templates as T
import Yizhan.Controls

// One of five equal answers; the words may take two lines.
T.AbstractButton {
    id: level

    required text
    required property bool chosen

    implicitHeight: Math.max((Theme.low ? Theme.target : Theme.px(80)), words.implicitHeight + Theme.s4)
    implicitWidth: Theme.px(110)
    padding: Theme.s2
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checked: chosen

    background: Rectangle {
        radius: Theme.r2
        color: level.chosen ? Theme.slate : !level.enabled ? Theme.sunken : level.down ? Theme.slateTint : Theme.surface
        border.width: level.chosen || !level.enabled ? 0 : Theme.strokeControl
        border.color: Theme.edge

        FocusRing {
            visible: level.visualFocus
        }
    }
    contentItem: Words {
        id: words
        text: level.text
        strong: true
        font.weight: level.chosen ? Font.DemiBold : Font.Medium
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        color: level.chosen ? Theme.surface : level.enabled ? Theme.ink : Theme.ink2
    }
}
