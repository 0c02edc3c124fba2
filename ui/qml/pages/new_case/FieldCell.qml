pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Yizhan.Controls

// A field to type into, or one to choose for; both look and read the same.
ColumnLayout {
    id: cell

    required property int index
    required property string path
    required property string label
    required property string kind
    required property string pad
    required property string value
    required property string hint
    required property string message
    required property string tone
    required property KeysState keys
    readonly property bool typed: kind !== "choice" && kind !== "bank"

    signal edited(string text)
    signal quitted
    signal asked
    signal forward
    signal backward

    function call(): void {
        if (typed) {
            keys.wanted = keys.wanted || keys.always;
            entry.take();
        } else {
            button.forceActiveFocus(Qt.TabFocusReason);
        }
    }

    spacing: 0

    EntryField {
        id: entry
        objectName: cell.path
        Layout.fillWidth: true
        visible: cell.typed
        keys: cell.keys
        label: cell.label
        value: cell.value
        message: cell.message !== "" ? cell.message : cell.hint
        mood: cell.tone
        pad: cell.pad
        onEdited: text => cell.edited(text)
        onLeaving: cell.quitted()
        onForward: cell.forward()
        onBackward: cell.backward()
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: !cell.typed
        spacing: Theme.s2

        Words {
            Layout.fillWidth: true
            text: cell.label
            strong: true
            font.pixelSize: Theme.between
        }
        T.AbstractButton {
            id: button
            Layout.fillWidth: true
            implicitHeight: Math.max(Theme.box, Theme.target)
            implicitWidth: Theme.px(280)
            focusPolicy: Qt.StrongFocus
            Accessible.role: Accessible.ComboBox
            Accessible.name: cell.label + "，" + (cell.value !== "" ? cell.value : qsTr("还没有选"))
            onClicked: cell.asked()

            background: Rectangle {
                radius: Theme.r2
                color: button.down ? Theme.slateTint : Theme.surface
                border.width: Theme.strokeControl
                border.color: Theme.edge

                FocusRing {
                    visible: button.visualFocus
                }
            }
            contentItem: RowLayout {
                spacing: Theme.s3

                Words {
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.s4
                    text: cell.value !== "" ? cell.value : qsTr("请选择")
                    strong: cell.value !== ""
                    font.pixelSize: Theme.lead
                    color: cell.value !== "" ? Theme.ink : Theme.ink2
                }
                Icon {
                    Layout.rightMargin: Theme.s4
                    name: cell.value !== "" && cell.tone !== "amber" ? "check" : "chevron-down"
                    color: name === "check" ? Theme.green : Theme.slate
                }
            }
        }
        Words {
            Layout.fillWidth: true
            Layout.minimumHeight: Theme.px(30)
            text: cell.message !== "" ? cell.message : cell.hint
            color: cell.tone === "amber" ? Theme.amber : Theme.ink2
        }
    }
}
