import QtQuick
import QtQuick.Layouts

// The way back and aside at the left, one hint, and the step's one decision at the bottom right.
Rectangle {
    id: bar

    property string backText
    property string laterText
    property string hint
    property string primaryText
    property bool ready: true
    property bool hintNeedsPerson: false

    signal back
    signal later
    signal primary
    signal explain

    implicitHeight: Theme.barHeight
    color: Theme.surface

    Separator {
        width: parent.width
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        spacing: Theme.gap

        ActionButton {
            visible: bar.backText !== ""
            small: false
            iconName: "chevron-left"
            text: bar.backText
            onClicked: bar.back()
        }

        ActionButton {
            visible: bar.laterText !== ""
            kind: ActionButton.Quiet
            text: bar.laterText
            onClicked: bar.later()
        }

        Words {
            Layout.fillWidth: true
            Layout.rightMargin: Theme.s3
            horizontalAlignment: Text.AlignRight
            text: bar.hint
            color: bar.hintNeedsPerson ? Theme.amber : Theme.ink2
        }

        ActionButton {
            Layout.minimumWidth: Theme.px(280)
            visible: bar.primaryText !== ""
            small: false
            kind: bar.ready ? ActionButton.Primary : ActionButton.Waiting
            trailingIcon: "chevron"
            text: bar.primaryText
            Accessible.description: bar.ready ? "" : bar.hint
            onClicked: bar.ready ? bar.primary() : bar.explain()
        }
    }
}
