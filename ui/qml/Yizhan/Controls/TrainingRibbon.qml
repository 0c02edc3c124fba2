import QtQuick
import QtQuick.Layouts

// 演示: on every page in training mode, in words, calm.
Rectangle {
    id: ribbon

    property string words
    property string dockText
    property bool dockOpen: false

    signal dockPressed

    implicitHeight: Theme.px(36)
    color: Theme.amberTint
    Accessible.role: Accessible.StaticText
    Accessible.name: words

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin - Theme.s4

        Words {
            Layout.fillWidth: true
            text: ribbon.words
            wrapMode: Text.NoWrap
            color: Theme.amber
        }

        // The words are as low as the ribbon, the target reaches down over the empty top of the head below.
        Item {
            visible: ribbon.dockText !== ""
            implicitWidth: dock.implicitWidth
            implicitHeight: ribbon.height

            ActionButton {
                id: dock
                kind: ActionButton.Quiet
                trailingIcon: ribbon.dockOpen ? "close" : "chevron"
                text: ribbon.dockText
                topPadding: 0
                bottomPadding: height - ribbon.height
                background: Item {
                    Rectangle {
                        width: parent.width
                        height: ribbon.height
                        radius: Theme.r1
                        color: dock.down ? Theme.surface : Theme.clear
                        border.width: dock.visualFocus ? Theme.strokeActive : 0
                        border.color: Theme.slateDeep
                    }
                }
                onClicked: ribbon.dockPressed()
            }
        }
    }
}
