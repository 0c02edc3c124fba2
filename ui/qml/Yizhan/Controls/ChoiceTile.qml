pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A choice with a drawing, a name and one line of plain words.
T.AbstractButton {
    id: tile

    property string iconName
    property string words

    horizontalPadding: Theme.s5
    verticalPadding: words !== "" ? Theme.s4 : Theme.s2
    focusPolicy: Qt.StrongFocus
    implicitWidth: Theme.px(330)
    implicitHeight: Math.max(Theme.target, content.implicitHeight + 2 * verticalPadding)
    Accessible.role: checkable ? Accessible.CheckBox : Accessible.Button
    Accessible.name: words !== "" ? text + "，" + words : text
    Accessible.checked: checked

    background: Rectangle {
        radius: tile.words !== "" ? Theme.r3 : Theme.r2
        color: tile.checked || tile.down ? Theme.slateTint : Theme.surface
        border.width: tile.checked ? Theme.strokeActive : Theme.strokeControl
        border.color: tile.checked ? Theme.slate : Theme.edge

        Tick {
            anchors.top: parent.top
            anchors.right: parent.right
            anchors.margins: Theme.s3
            visible: tile.checked && tile.words !== ""
        }

        FocusRing {
            around: parent.radius
            visible: tile.visualFocus
        }
    }

    contentItem: RowLayout {
        id: content
        spacing: Theme.low ? Theme.s3 : Theme.s4

        Icon {
            visible: tile.iconName !== ""
            name: tile.iconName
            size: tile.words !== "" ? (Theme.low ? Theme.px(32) : Theme.iconLarge) : Theme.icon
            weight: 1.5
            color: Theme.slate
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            Words {
                Layout.fillWidth: true
                text: tile.text
                strong: true
                font.pixelSize: tile.words !== "" ? Theme.lead : Theme.body
                color: tile.checked ? Theme.slate : Theme.ink
            }

            Words {
                Layout.fillWidth: true
                visible: tile.words !== ""
                text: tile.words
                color: Theme.ink2
            }
        }

        Tick {
            opacity: tile.checked ? 1 : 0
            visible: tile.checkable && tile.words === ""
        }
    }

    component Tick: Rectangle {
        implicitWidth: Theme.px(28)
        implicitHeight: implicitWidth
        radius: width / 2
        color: Theme.slate

        Icon {
            anchors.centerIn: parent
            name: "check"
            size: Theme.px(20)
            weight: 2.2
            color: Theme.surface
        }
    }
}
