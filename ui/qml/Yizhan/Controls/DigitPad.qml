pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// Digits for fingers. `extra` is the key at the lower left (X for document numbers, empty for none).
GridLayout {
    id: pad

    property string extra

    signal key(string digit)
    signal erase

    columns: 3
    uniformCellWidths: true
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]

        ActionButton {
            required property string modelData

            Layout.fillWidth: true
            Layout.minimumHeight: Theme.low ? Theme.target : Theme.px(74)
            small: false
            focusPolicy: Qt.NoFocus
            text: modelData
            onClicked: pad.key(text)
        }
    }

    ActionButton {
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.low ? Theme.target : Theme.px(74)
        kind: pad.extra === "" ? ActionButton.Quiet : ActionButton.Secondary
        enabled: pad.extra !== ""
        small: false
        focusPolicy: Qt.NoFocus
        text: pad.extra
        onClicked: pad.key(text)
    }

    ActionButton {
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.low ? Theme.target : Theme.px(74)
        small: false
        focusPolicy: Qt.NoFocus
        text: "0"
        onClicked: pad.key(text)
    }

    ActionButton {
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.low ? Theme.target : Theme.px(74)
        small: false
        focusPolicy: Qt.NoFocus
        iconName: "backspace"
        Accessible.name: qsTr("删一位")
        onClicked: pad.erase()
    }
}
