pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// The lower of two bands: what is being filled in at the left, its keys at the right. It never covers the page.
Rectangle {
    id: band

    required property KeysState keys
    required property bool textKeys
    property string primaryText
    property bool ready: false

    signal primary

    readonly property bool text: keys.field !== null && keys.field.pad === "text"

    color: Theme.slateTint
    implicitHeight: visible ? row.implicitHeight + 2 * Theme.s4 : 0
    visible: keys.up && (!text || textKeys)

    // The letters have a key of their own that puts them away; the field keeps the focus then.
    Connections {
        target: InputMethod
        enabled: band.visible && band.text
        function onVisibleChanged(): void {
            away.restart();
        }
    }

    Soon {
        id: away
        onTriggered: if (!InputMethod.visible && band.keys.field !== null && band.text)
            band.keys.wanted = false
    }

    Rectangle {
        width: parent.width
        height: Theme.stroke
        color: Theme.slateLine
    }

    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.topMargin: Theme.s4
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        spacing: Theme.gutter

        ColumnLayout {
            Layout.preferredWidth: Theme.px(320)
            Layout.maximumWidth: Theme.px(320)
            Layout.fillHeight: true
            visible: !Theme.narrow && !Theme.portrait
            spacing: Theme.gap

            Words {
                text: qsTr("正在填")
                color: Theme.ink2
            }
            Words {
                Layout.fillWidth: true
                text: band.keys.field ? band.keys.field.label || band.keys.field.placeholder : ""
                strong: true
                font.pixelSize: Theme.h3
            }
            Item {
                Layout.fillHeight: true
            }
            ActionButton {
                Layout.fillWidth: true
                iconName: "chevron-down"
                focusPolicy: Qt.NoFocus
                text: qsTr("收起键盘")
                onClicked: band.keys.wanted = false
            }
            ActionButton {
                Layout.fillWidth: true
                small: false
                focusPolicy: Qt.NoFocus
                kind: band.ready ? ActionButton.Primary : ActionButton.Waiting
                text: band.primaryText
                onClicked: band.primary()
            }
        }

        DigitKeys {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.low ? 4 * Theme.target + 3 * Theme.gap : 4 * Theme.px(74) + 3 * Theme.gap
            visible: !band.text
            document: band.keys.field !== null && band.keys.field.pad === "document"
            closable: Theme.narrow || Theme.portrait
            onClose: band.keys.wanted = false
            onKey: text => band.keys.field.write(text)
            onErase: band.keys.field.erase()
            onEmpty: band.keys.field.empty()
            onBackward: band.keys.field.backward()
            onForward: band.keys.field.forward()
        }

        Loader {
            id: letters
            Layout.fillWidth: true
            Layout.preferredHeight: letters.implicitHeight
            active: band.text && band.textKeys
            visible: active
            asynchronous: true
            source: active ? "TextKeys.qml" : ""
            // What still comes when the page goes would find no page to be in.
            Component.onDestruction: letters.source = ""
        }
    }
}
