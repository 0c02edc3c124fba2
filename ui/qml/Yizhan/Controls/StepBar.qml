pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// The steps: done ones can be gone back to. Where there is no room only the current one shows its word.
Row {
    id: bar

    property list<string> steps
    property int current: 0
    property int reached: current

    signal chosen(int step)

    spacing: Theme.compact ? Theme.s2 : Theme.s3

    Repeater {
        model: bar.steps

        Row {
            id: step

            required property int index
            required property string modelData
            readonly property bool done: index < bar.reached && index !== bar.current
            readonly property bool now: index === bar.current

            spacing: bar.spacing

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                visible: step.index > 0 && !Theme.compact
                width: Theme.px(48)
                height: Theme.strokeControl
                color: step.index <= bar.reached ? Theme.slateLine : Theme.line
            }

            T.AbstractButton {
                id: button
                anchors.verticalCenter: parent.verticalCenter
                enabled: step.done
                text: step.modelData
                implicitHeight: Theme.target
                implicitWidth: Math.max(Theme.target, label.implicitWidth)
                focusPolicy: Qt.StrongFocus
                Accessible.name: (step.index + 1) + " " + text
                Accessible.role: Accessible.PageTab
                Accessible.selected: step.now
                onClicked: bar.chosen(step.index)

                contentItem: Row {
                    id: label
                    spacing: Theme.s3
                    rightPadding: step.now && Theme.compact ? Theme.s3 : 0

                    Rectangle {
                        id: disc
                        anchors.verticalCenter: parent.verticalCenter
                        width: Theme.px(40)
                        height: width
                        radius: width / 2
                        color: step.now ? Theme.slate : step.done ? Theme.slateTint : Theme.surface
                        border.width: step.now ? 0 : Theme.strokeControl
                        border.color: step.done ? Theme.slateLine : Theme.edge

                        Icon {
                            anchors.centerIn: parent
                            visible: step.done
                            name: "check"
                            size: Theme.px(24)
                            color: Theme.slate
                        }

                        Words {
                            anchors.centerIn: parent
                            visible: !step.done
                            text: step.index + 1
                            strong: step.now
                            color: step.now ? Theme.surface : Theme.ink2
                        }

                        FocusRing {
                            around: disc.radius
                            visible: button.visualFocus
                        }
                    }

                    Words {
                        anchors.verticalCenter: parent.verticalCenter
                        visible: step.now || !Theme.compact
                        text: step.modelData
                        strong: step.now
                        wrapMode: Text.NoWrap
                        font.pixelSize: Theme.between
                        color: step.now ? Theme.slate : Theme.ink2
                    }
                }
            }
        }
    }
}
