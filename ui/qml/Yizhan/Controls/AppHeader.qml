pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// The head of the staff pages: the product, the four places, what is on its way, who is here, the time.
Rectangle {
    id: header

    property string product
    property list<string> places
    property int current: 0
    property string syncWords
    property bool syncNeedsPerson: false
    property string who
    property string time
    readonly property bool tight: Theme.frameWidth / Theme.k < 900

    signal chosen(int place)
    signal syncPressed
    signal whoPressed

    implicitHeight: Theme.headerHeight
    color: Theme.surface

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        spacing: Theme.narrow ? Theme.s3 : Theme.s4

        Icon {
            name: "mark"
            size: Theme.iconLarge
            color: Theme.slate
        }

        Title {
            visible: !Theme.narrow
            Layout.rightMargin: Theme.compact ? Theme.s4 : Theme.s8
            text: header.product
            font.pixelSize: Theme.lead
            wrapMode: Text.NoWrap
        }

        Row {
            id: nav
            Layout.fillHeight: true
            spacing: Theme.compact ? Theme.s2 : Theme.s5

            Repeater {
                model: header.places

                T.AbstractButton {
                    id: place

                    required property int index
                    required property string modelData
                    readonly property bool here: index === header.current

                    text: modelData
                    height: nav.height
                    implicitWidth: Math.max(Theme.target, word.implicitWidth + 2 * Theme.s4)
                    focusPolicy: Qt.StrongFocus
                    Accessible.role: Accessible.PageTab
                    Accessible.name: text
                    Accessible.selected: here
                    onClicked: header.chosen(index)

                    background: Item {
                        Rectangle {
                            anchors.bottom: parent.bottom
                            anchors.horizontalCenter: parent.horizontalCenter
                            width: word.implicitWidth + Theme.s4
                            height: 4
                            radius: 2
                            visible: place.here
                            color: Theme.slate
                        }

                        FocusRing {
                            anchors.margins: 4
                            visible: place.visualFocus
                        }
                    }

                    contentItem: Words {
                        id: word
                        text: place.text
                        strong: place.here
                        wrapMode: Text.NoWrap
                        horizontalAlignment: Text.AlignHCenter
                        verticalAlignment: Text.AlignVCenter
                        font.pixelSize: Theme.between
                        color: place.here ? Theme.slate : Theme.ink
                    }
                }
            }
        }

        Item {
            Layout.fillWidth: true
        }

        T.AbstractButton {
            id: sync
            visible: !Theme.narrow || header.syncNeedsPerson
            text: header.syncWords
            implicitHeight: Theme.target
            implicitWidth: syncRow.implicitWidth + 2 * Theme.s3
            focusPolicy: Qt.StrongFocus
            Accessible.name: text
            onClicked: header.syncPressed()

            background: FocusRing {
                anchors.margins: 0
                visible: sync.visualFocus
            }

            contentItem: Item {
                Row {
                    id: syncRow
                    anchors.centerIn: parent
                    spacing: Theme.s3

                    Icon {
                        anchors.verticalCenter: parent.verticalCenter
                        name: header.syncNeedsPerson ? "note" : "refresh"
                        size: Theme.iconSmall
                        color: header.syncNeedsPerson ? Theme.amber : Theme.slate
                    }

                    Words {
                        text: sync.text
                        wrapMode: Text.NoWrap
                        color: header.syncNeedsPerson ? Theme.amber : Theme.ink2
                    }
                }
            }
        }

        Rectangle {
            visible: !Theme.compact
            implicitWidth: Theme.stroke
            implicitHeight: Theme.s6
            color: Theme.line
        }

        ActionButton {
            visible: header.who !== ""
            kind: ActionButton.Quiet
            iconName: "lock"
            text: header.tight ? "" : header.who
            Accessible.name: header.who
            Accessible.description: qsTr("锁屏")
            onClicked: header.whoPressed()
        }

        Words {
            visible: !header.tight
            text: header.time
            strong: true
            wrapMode: Text.NoWrap
            font.pixelSize: Theme.lead
        }
    }

    Separator {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
