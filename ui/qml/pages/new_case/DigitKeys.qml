pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// Digits with the four verbs at their right; X stands at the lower left for document numbers.
GridLayout {
    id: pad

    property bool document: false
    property bool closable: false

    signal key(string text)
    signal erase
    signal empty
    signal backward
    signal forward
    signal close

    columns: 4
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap
    uniformCellWidths: true
    uniformCellHeights: true

    Repeater {
        model: ["1", "2", "3", qsTr("删一位"), "4", "5", "6", qsTr("清空"), "7", "8", "9", qsTr("上一格"), pad.document ? "X" : "00", "0", pad.closable ? qsTr("收起") : pad.document ? "" : "000", qsTr("下一格")]

        ActionButton {
            required property int index
            required property string modelData
            readonly property bool verb: index % 4 === 3 || closer
            readonly property bool closer: pad.closable && index === 14

            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumHeight: Theme.target
            visible: modelData !== "" || pad.document
            opacity: modelData === "" ? 0 : 1
            enabled: modelData !== ""
            small: verb
            focusPolicy: Qt.NoFocus
            text: modelData
            onClicked: closer ? pad.close() : verb ? [pad.erase, pad.empty, pad.backward, pad.forward][(index - 3) / 4]() : pad.key(text)
        }
    }
}
