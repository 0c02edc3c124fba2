import QtQuick

// A state in a word; tint and icon only repeat it. Never a button.
Rectangle {
    id: badge

    enum Tone {
        Neutral,
        Slate,
        Green,
        Amber,
        Plain
    }

    property string text
    property int tone: Badge.Neutral
    property string iconName: tone === Badge.Green ? "check" : ""
    readonly property color shade: tone === Badge.Green ? Theme.green : tone === Badge.Amber ? Theme.amber : tone === Badge.Slate ? Theme.slate : Theme.ink2

    implicitWidth: row.implicitWidth + 2 * Theme.s3
    implicitHeight: row.implicitHeight + Theme.s2
    radius: Theme.r1
    color: tone === Badge.Green ? Theme.greenTint : tone === Badge.Amber ? Theme.amberTint : tone === Badge.Slate ? Theme.slateTint : tone === Badge.Plain ? Theme.surface : Theme.sunken

    Row {
        id: row
        anchors.centerIn: parent
        spacing: Theme.s2

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            visible: badge.iconName !== ""
            name: badge.iconName
            size: Theme.iconSmall
            color: badge.shade
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: badge.text
            wrapMode: Text.NoWrap
            color: badge.shade
        }
    }
}
