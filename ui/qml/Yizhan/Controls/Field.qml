import QtQuick
import QtQuick.Layouts

// Label, box and a message line that is always there, so that nothing jumps.
ColumnLayout {
    id: field

    enum State {
        Plain,
        Good,
        Mend,
        Note
    }

    property string label
    property string value
    property string message
    property string placeholder
    property int standing: Field.Plain
    property bool secret: false
    property bool readOnly: false
    property bool messageLine: true
    property int inputHints: Qt.ImhNone
    property int maximumLength: 200
    readonly property alias editing: box.activeFocus
    readonly property alias input: box
    readonly property color tone: standing === Field.Good ? Theme.green : standing === Field.Mend ? Theme.amber : Theme.ink2

    signal edited(string text)
    signal leaving
    signal entered

    readonly property alias text: box.text

    function take(): void {
        box.forceActiveFocus();
    }

    function clear(): void {
        box.clear();
    }

    function insert(piece: string): void {
        box.insert(box.cursorPosition, piece);
    }

    function erase(): void {
        box.remove(Math.max(0, box.cursorPosition - 1), box.cursorPosition);
    }

    onValueChanged: if (box.text !== value)
        box.text = value
    spacing: Theme.s2

    Words {
        Layout.fillWidth: true
        visible: field.label !== ""
        text: field.label
        strong: true
        font.pixelSize: Theme.between
    }

    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Math.max(Theme.box, Theme.target)
        implicitWidth: Theme.px(280)
        radius: Theme.r2
        color: field.readOnly ? Theme.sunken : Theme.surface
        border.width: field.readOnly ? 0 : Theme.strokeControl
        border.color: field.standing === Field.Mend ? Theme.amberEdge : Theme.edge

        FocusRing {
            visible: box.activeFocus
        }

        TapHandler {
            onTapped: box.forceActiveFocus()
        }

        TextInput {
            id: box
            anchors.fill: parent
            anchors.leftMargin: Theme.s4
            anchors.rightMargin: mark.visible ? mark.width + Theme.s5 : Theme.s4
            verticalAlignment: TextInput.AlignVCenter
            clip: true
            activeFocusOnTab: true
            selectByMouse: true
            readOnly: field.readOnly
            echoMode: field.secret ? TextInput.Password : TextInput.Normal
            inputMethodHints: field.inputHints | (field.secret ? Qt.ImhSensitiveData | Qt.ImhNoPredictiveText : 0)
            maximumLength: field.maximumLength
            font.family: Theme.sans
            font.pixelSize: Theme.lead
            font.weight: Font.DemiBold
            color: Theme.ink
            selectionColor: Theme.slate
            selectedTextColor: Theme.surface
            Accessible.role: Accessible.EditableText
            Accessible.name: field.label !== "" ? field.label : field.placeholder
            Accessible.description: field.message
            Accessible.passwordEdit: field.secret
            onTextEdited: field.edited(text)
            onAccepted: field.entered()
            onActiveFocusChanged: if (!activeFocus)
                field.leaving()

            Words {
                anchors.fill: parent
                verticalAlignment: Text.AlignVCenter
                visible: box.text === "" && box.preeditText === ""
                text: field.placeholder
                wrapMode: Text.NoWrap
                color: Theme.ink2
            }
        }

        Icon {
            id: mark
            anchors.right: parent.right
            anchors.rightMargin: Theme.s4
            anchors.verticalCenter: parent.verticalCenter
            visible: field.standing === Field.Good
            name: "check"
            color: Theme.green
        }
    }

    RowLayout {
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.px(30)
        visible: field.messageLine
        spacing: Theme.s2

        Icon {
            Layout.alignment: Qt.AlignTop
            Layout.topMargin: 3
            visible: field.standing === Field.Mend
            name: "note"
            size: Theme.iconSmall
            color: Theme.amber
        }

        Words {
            Layout.fillWidth: true
            text: field.message
            color: field.tone
        }
    }
}
