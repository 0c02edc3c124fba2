pragma ComponentBehavior: Bound
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
    // Upright the buttons take the whole width of large letters: the hint has a line of its own above them, needed or not.
    readonly property bool stacked: Theme.portrait && Theme.frameWidth < Theme.px(900)

    signal back
    signal later
    signal primary
    signal explain

    component Hint: Words {
        horizontalAlignment: Text.AlignRight
        text: bar.hint
        color: bar.hintNeedsPerson ? Theme.amber : Theme.ink2
    }

    implicitHeight: Math.max(Theme.barHeight, rows.implicitHeight + 2 * Theme.s3)
    color: Theme.surface

    Separator {
        width: parent.width
    }

    ColumnLayout {
        id: rows
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        spacing: Theme.s2

        Hint {
            Layout.fillWidth: true
            visible: bar.stacked
        }

        RowLayout {
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

            Hint {
                Layout.fillWidth: true
                Layout.rightMargin: Theme.s3
                visible: !bar.stacked
            }

            ActionButton {
                Layout.fillWidth: bar.stacked
                Layout.minimumWidth: Theme.narrow ? 280 : Theme.px(280)
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
}
