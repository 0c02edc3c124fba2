import QtQuick

// Everything that is read. Wraps, never elides.
Text {
    property bool strong: false

    color: Theme.ink
    font.family: Theme.sans
    font.pixelSize: Theme.body
    font.weight: strong ? Font.DemiBold : Font.Normal
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
}
