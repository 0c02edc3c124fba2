import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// A question of the guide and its answers below it.
ColumnLayout {
    property alias label: words.text

    spacing: Theme.s2

    Words {
        id: words
        Layout.fillWidth: true
        strong: true
    }
}
