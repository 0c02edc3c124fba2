import QtQuick

// The one sentence that says where we are. Serif, never for names or numbers of people.
Text {
    color: Theme.ink
    font.family: Theme.serif
    font.pixelSize: Theme.h1
    font.weight: Font.Bold
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    Accessible.role: Accessible.Heading
    Accessible.name: text
}
