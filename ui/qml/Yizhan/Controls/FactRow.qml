import QtQuick
import QtQuick.Layouts

// What it is at the left, how much at the right, a line above.
ColumnLayout {
    id: fact

    property string label
    property string value
    property bool lined: true

    spacing: 0

    Separator {
        Layout.fillWidth: true
        visible: fact.lined
    }

    RowLayout {
        Layout.fillWidth: true
        Layout.topMargin: Theme.s2
        Layout.bottomMargin: Theme.s2
        spacing: Theme.s4

        Words {
            Layout.fillWidth: true
            text: fact.label
            color: Theme.ink2
        }

        Words {
            text: fact.value
            strong: true
            horizontalAlignment: Text.AlignRight
            font.pixelSize: Theme.between
        }
    }
}
