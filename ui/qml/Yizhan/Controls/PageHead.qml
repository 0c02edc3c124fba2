import QtQuick
import QtQuick.Layouts

// The sentence at the top, what is said beside it, and what may be chosen at the right.
GridLayout {
    id: head

    property string title
    property string words
    default property alias content: slot.data

    columns: Theme.narrow ? 1 : 3
    columnSpacing: Theme.s5
    rowSpacing: Theme.s1

    Title {
        Layout.row: 0
        Layout.column: 0
        Layout.fillWidth: Theme.narrow
        Layout.alignment: Theme.compact ? Qt.AlignVCenter : Qt.AlignBaseline
        text: head.title
    }

    Words {
        Layout.row: Theme.compact ? 1 : 0
        Layout.column: Theme.compact ? 0 : 1
        Layout.columnSpan: Theme.compact && !Theme.narrow ? 3 : 1
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignBaseline
        visible: text !== ""
        text: head.words
        font.pixelSize: Theme.between
        color: Theme.ink2
    }

    Item {
        Layout.row: 0
        Layout.column: 1
        Layout.fillWidth: true
        visible: Theme.compact && !Theme.narrow
    }

    Flow {
        id: slot
        Layout.row: Theme.narrow ? 2 : 0
        Layout.column: Theme.narrow ? 0 : 2
        Layout.fillWidth: Theme.narrow
        visible: children.length > 0
        spacing: Theme.gap
    }
}
