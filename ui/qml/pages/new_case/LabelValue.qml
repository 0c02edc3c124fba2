import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// What it is in a narrow column, how it is beside it.
RowLayout {
    id: pair

    property string label
    property string value
    default property alias content: beside.data

    visible: value !== ""
    spacing: Theme.s4

    Words {
        Layout.preferredWidth: Theme.px(96)
        Layout.alignment: Qt.AlignTop
        text: pair.label
        color: Theme.ink2
    }
    Words {
        Layout.fillWidth: true
        visible: beside.children.length === 0
        text: pair.value
        strong: true
        font.weight: Font.Medium
    }
    RowLayout {
        id: beside
        Layout.fillWidth: true
        visible: children.length > 0
        spacing: Theme.s4
    }
}
