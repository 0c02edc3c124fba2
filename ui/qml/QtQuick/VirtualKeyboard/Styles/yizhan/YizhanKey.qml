import QtQuick
import QtQuick.VirtualKeyboard.Styles
import Yizhan.Controls

// One key.
KeyPanel {
    id: key

    required property KeyboardStyle style
    property bool verb: false
    property string words
    // A key that goes before its keyboard was whole has lost what it stands for.
    readonly property bool pressed: control?.pressed ?? false

    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.gap / 2
        radius: Theme.r2
        color: key.pressed ? Theme.slate : key.verb ? Theme.slateTint : Theme.surface
        border.width: Theme.strokeControl
        border.color: key.verb ? Theme.slate : Theme.slateLine

        Text {
            anchors.fill: parent
            anchors.margins: Theme.s1
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            text: key.words !== "" ? key.words : key.control?.displayText ?? ""
            font.family: Theme.sans
            font.pixelSize: key.verb || key.words !== "" ? Theme.body : Theme.lead
            font.weight: key.verb ? Font.DemiBold : Font.Medium
            font.capitalization: key.control?.uppercased ? Font.AllUppercase : Font.MixedCase
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 14
            color: key.pressed ? Theme.surface : key.verb ? Theme.slate : Theme.ink
        }
    }
}
