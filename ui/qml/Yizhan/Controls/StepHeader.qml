import QtQuick
import QtQuick.Layouts

// The head of the five steps: the way back, the steps, where the draft stands.
Rectangle {
    id: header

    property string backText
    property string title
    property list<string> steps
    property int current: 0
    property int reached: current
    property string standing
    property string who

    signal back
    signal chosen(int step)

    implicitHeight: Theme.headerHeight + (Theme.low ? 0 : Theme.s3)
    color: Theme.surface

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin - Theme.s4
        anchors.rightMargin: Theme.margin
        spacing: Theme.s4

        ActionButton {
            kind: ActionButton.Quiet
            iconName: "arrow-left"
            text: header.backText
            onClicked: header.back()
        }

        Rectangle {
            visible: !Theme.narrow
            implicitWidth: Theme.stroke
            implicitHeight: Theme.s6
            color: Theme.line
        }

        Title {
            visible: !Theme.narrow
            text: header.title
            font.pixelSize: Theme.h3
            wrapMode: Text.NoWrap
        }

        Item {
            Layout.fillWidth: true
        }

        StepBar {
            steps: header.steps
            current: header.current
            reached: header.reached
            onChosen: step => header.chosen(step)
        }

        Item {
            Layout.fillWidth: true
        }

        Words {
            visible: !Theme.narrow && text !== ""
            text: header.standing
            color: Theme.ink2
            wrapMode: Text.NoWrap
        }

        Words {
            visible: !Theme.compact
            text: header.who
            wrapMode: Text.NoWrap
        }
    }

    Separator {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
