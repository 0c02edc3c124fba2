pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A verb. Waiting looks not ready yet still answers: pressed, the page says what is missing.
T.AbstractButton {
    id: control

    enum Kind {
        Primary,
        Secondary,
        Quiet,
        Waiting
    }

    property int kind: ActionButton.Secondary
    property bool small: true
    property string iconName
    property string trailingIcon
    property string keyHint
    readonly property bool filled: kind === ActionButton.Primary
    readonly property color tone: filled ? Theme.surface : kind === ActionButton.Waiting ? Theme.ink2 : Theme.slate

    implicitHeight: Math.max(small ? Theme.target : Theme.button, label.implicitHeight + Theme.s4)
    implicitWidth: Math.max(Theme.target, row.implicitWidth + 2 * padding)
    padding: kind === ActionButton.Quiet ? Theme.s4 : Theme.s5
    topPadding: 0
    bottomPadding: 0
    focusPolicy: Qt.StrongFocus
    Accessible.name: text

    background: Rectangle {
        radius: Theme.r2
        color: control.filled ? (control.down ? Theme.slateDeep : Theme.slate) : control.kind === ActionButton.Waiting ? Theme.sunken : control.down ? Theme.slateTint : control.kind === ActionButton.Quiet ? Theme.clear : Theme.surface
        border.width: control.kind === ActionButton.Secondary ? Theme.strokeControl : 0
        border.color: Theme.slateLine

        FocusRing {
            visible: control.visualFocus
        }
    }

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.s3

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                visible: control.iconName !== ""
                name: control.iconName
                size: Theme.icon
                color: control.tone
            }

            Words {
                id: label
                anchors.verticalCenter: parent.verticalCenter
                text: control.text
                strong: true
                wrapMode: Text.NoWrap
                font.pixelSize: control.small ? Theme.body : Theme.lead
                color: control.tone
            }

            Words {
                anchors.verticalCenter: parent.verticalCenter
                visible: control.keyHint !== ""
                text: control.keyHint
                color: control.tone
            }

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                visible: control.trailingIcon !== ""
                name: control.trailingIcon
                size: Theme.iconSmall
                color: control.tone
            }
        }
    }
}
