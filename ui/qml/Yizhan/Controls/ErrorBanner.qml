import QtQuick
import QtQuick.Layouts

// What happened, what to do now, and the code to say on the telephone.
Rectangle {
    id: banner

    property string what
    property string todo
    property string code
    property string verb

    signal acted
    signal closed

    visible: what !== ""
    implicitHeight: visible ? row.implicitHeight + 2 * Theme.s4 : 0
    implicitWidth: Theme.px(600)
    radius: Theme.r2
    color: Theme.amberTint
    border.width: Theme.strokeControl
    border.color: Theme.amberEdge
    Accessible.role: Accessible.AlertMessage
    Accessible.name: [what, todo, code].filter(words => words !== "").join("，")

    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.s5
        anchors.rightMargin: Theme.s4
        spacing: Theme.s4

        Icon {
            name: "note"
            size: Theme.icon
            color: Theme.amber
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            Words {
                Layout.fillWidth: true
                text: banner.what
                strong: true
                font.pixelSize: Theme.between
                color: Theme.amber
            }

            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: banner.todo
            }
        }

        Words {
            visible: banner.code !== ""
            text: banner.code
            color: Theme.ink2
            wrapMode: Text.NoWrap
        }

        ActionButton {
            visible: banner.verb !== ""
            text: banner.verb
            onClicked: banner.acted()
        }

        ActionButton {
            kind: ActionButton.Quiet
            text: qsTr("知道了")
            onClicked: banner.closed()
        }
    }
}
