pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// Icon, name and word of each device. `model` has the roles icon, name, word, ready; short of room only what is not ready shows.
Rectangle {
    id: strip

    property alias model: devices.model
    property string facts
    property string allReadyWords

    implicitHeight: Math.max(Theme.stripHeight, flow.implicitHeight + Theme.s2)
    color: Theme.sunken

    Separator {
        width: parent.width
    }

    RowLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s5

        Flow {
            id: flow
            Layout.fillWidth: true
            spacing: Theme.s2

            Words {
                visible: Theme.compact && strip.allReadyWords !== ""
                text: strip.allReadyWords
                color: Theme.green
                wrapMode: Text.NoWrap
            }

            Repeater {
                id: devices

                Item {
                    id: device

                    required property string icon
                    required property string name
                    required property string word
                    required property bool ready

                    visible: !Theme.compact || !ready
                    implicitWidth: row.implicitWidth + Theme.s5
                    implicitHeight: row.implicitHeight
                    Accessible.role: Accessible.StaticText
                    Accessible.name: name + " " + word

                    Row {
                        id: row
                        spacing: Theme.s2

                        Icon {
                            anchors.verticalCenter: parent.verticalCenter
                            name: device.icon
                            size: Theme.iconSmall
                            color: Theme.ink2
                        }

                        Words {
                            text: device.name
                            wrapMode: Text.NoWrap
                            color: Theme.ink2
                        }

                        Words {
                            text: device.word
                            strong: true
                            wrapMode: Text.NoWrap
                            color: device.ready ? Theme.green : Theme.amber
                        }
                    }
                }
            }
        }

        Words {
            visible: !Theme.compact && text !== ""
            text: strip.facts
            wrapMode: Text.NoWrap
            color: Theme.ink2
        }
    }
}
