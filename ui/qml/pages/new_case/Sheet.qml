pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// One question laid over a step: opaque, with its own way back.
Rectangle {
    id: sheet

    property string title
    property string words
    property string closeText: qsTr("返回")
    property string doText
    property bool open: false
    property int widest: Theme.px(1040)
    property bool tight: Theme.tiny
    default property alias content: body.data

    function show(item: Item): void {
        scroll.show(item);
    }

    signal closed
    signal done

    anchors.fill: parent
    color: Theme.paper
    visible: open
    z: 10
    onOpenChanged: if (open)
        take.restart()
    Keys.onEscapePressed: closed()

    Soon {
        id: take
        onTriggered: sheet.forceActiveFocus()
    }

    MouseArea {
        anchors.fill: parent
    }

    Panel {
        id: panel
        level: 2
        padding: sheet.tight ? Theme.s3 : Theme.inner
        anchors.horizontalCenter: parent.horizontalCenter
        y: sheet.tight ? Theme.s2 : Theme.s5
        width: Math.min(parent.width - 2 * Theme.margin, sheet.widest)
        height: Math.min(parent.height - 2 * y, column.implicitHeight + 2 * padding)

        ColumnLayout {
            id: column
            anchors.fill: parent
            spacing: sheet.tight ? Theme.s2 : Theme.s4

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.s4

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: sheet.title
                        strong: true
                        font.pixelSize: Theme.h3
                        Accessible.role: Accessible.Heading
                    }
                    Words {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: sheet.words
                        color: Theme.ink2
                    }
                }
                ActionButton {
                    Layout.alignment: Qt.AlignTop
                    text: sheet.closeText
                    onClicked: sheet.closed()
                }
            }

            ScrollArea {
                id: scroll
                Layout.fillWidth: true
                Layout.fillHeight: true
                strip: sheet.tight
                implicitHeight: body.implicitHeight
                contentLength: body.implicitHeight

                ColumnLayout {
                    id: body
                    width: parent.width
                    spacing: Theme.gap
                }
            }

            ActionButton {
                Layout.alignment: Qt.AlignRight
                visible: sheet.doText !== ""
                small: false
                kind: ActionButton.Primary
                text: sheet.doText
                onClicked: sheet.done()
            }
        }
    }
}
