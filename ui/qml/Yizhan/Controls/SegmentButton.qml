pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// One answer of a few that stand side by side, 12 apart. The page decides which is checked.
T.AbstractButton {
    id: segment

    property bool light: false

    focusPolicy: Qt.StrongFocus
    implicitHeight: Theme.target
    implicitWidth: Math.max(Theme.px(100), label.implicitWidth + 2 * Theme.s5)
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checked: checked

    background: Rectangle {
        radius: Theme.r2
        color: segment.checked ? (segment.light ? Theme.slateTint : Theme.slate) : segment.down ? Theme.slateTint : Theme.surface
        border.width: segment.checked && !segment.light ? 0 : Theme.strokeControl
        border.color: segment.checked ? Theme.slate : Theme.edge

        FocusRing {
            visible: segment.visualFocus
        }
    }

    contentItem: Words {
        id: label
        text: segment.text
        strong: segment.checked
        wrapMode: Text.NoWrap
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        color: segment.checked ? (segment.light ? Theme.slate : Theme.surface) : Theme.ink
    }
}
