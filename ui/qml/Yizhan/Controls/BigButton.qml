pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A way in: drawing, name, one line of words. Filled for the next thing to do.
T.AbstractButton {
    id: button

    property string iconName
    property string words
    property string keyName
    property bool filled: false
    readonly property color tone: filled ? Theme.surface : Theme.slate

    horizontalPadding: Theme.s5
    verticalPadding: filled && !Theme.low ? Theme.px(28) : Theme.s4
    implicitHeight: content.implicitHeight + 2 * verticalPadding
    implicitWidth: Theme.px(300)
    focusPolicy: Qt.StrongFocus
    Accessible.name: words !== "" ? text + "，" + words : text

    background: Rectangle {
        radius: Theme.r3
        color: button.filled ? (button.down ? Theme.slateDeep : Theme.slate) : button.down ? Theme.slateTint : Theme.surface
        border.width: button.filled ? 0 : Theme.strokeControl
        border.color: Theme.slateLine

        FocusRing {
            around: Theme.r3
            visible: button.visualFocus
        }
    }

    contentItem: ColumnLayout {
        id: content
        spacing: Theme.s1

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s4

            Icon {
                name: button.iconName
                size: Theme.iconLarge
                color: button.tone
            }

            Words {
                Layout.fillWidth: true
                text: button.text
                strong: true
                font.pixelSize: button.filled ? Theme.h2 : Theme.lead
                color: button.filled ? Theme.surface : Theme.ink
            }

            Rectangle {
                visible: button.keyName !== "" && !Theme.portrait
                implicitWidth: key.implicitWidth + Theme.s5
                implicitHeight: key.implicitHeight + Theme.s2
                radius: Theme.r1
                color: Theme.clear
                border.width: Theme.strokeControl
                border.color: button.tone

                Words {
                    id: key
                    anchors.centerIn: parent
                    text: button.keyName
                    wrapMode: Text.NoWrap
                    color: button.tone
                }
            }
        }

        Words {
            Layout.fillWidth: true
            Layout.leftMargin: button.filled ? 0 : Theme.iconLarge + Theme.s4
            visible: text !== ""
            text: button.words
            color: button.filled ? Theme.surface : Theme.ink2
        }
    }
}
