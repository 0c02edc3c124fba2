pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A tick of 34 in a target of 60. The page decides whether it is checked.
T.AbstractButton {
    id: box

    focusPolicy: Qt.StrongFocus
    implicitWidth: Theme.target
    implicitHeight: Theme.target
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked

    contentItem: Item {
        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(34)
            height: width
            radius: Theme.r1
            color: box.checked ? Theme.slate : Theme.surface
            border.width: box.checked ? 0 : Theme.strokeControl
            border.color: Theme.edge

            Icon {
                anchors.centerIn: parent
                visible: box.checked
                name: "check"
                size: Theme.px(26)
                weight: 2.2
                color: Theme.surface
            }

            FocusRing {
                around: Theme.r1
                visible: box.visualFocus
            }
        }
    }
}
