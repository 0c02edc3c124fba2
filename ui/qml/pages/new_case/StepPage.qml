pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// The frame of a step: its one sentence, a line of help, and what it is about, which scrolls by buttons when it must.
Item {
    id: page

    property string title
    property string subtitle
    property Component aside: null
    property KeysState keys: null
    property bool beside: false
    default property alias content: body.data
    property alias overlays: layer.data
    readonly property alias area: scroll

    readonly property bool squeezed: keys !== null && keys.up && Theme.low

    // Each step says where its places are.
    function point(place: string): void {
    }

    function showField(field: Item): void {
        if (field)
            scroll.show(field);
    }

    onHeightChanged: if (keys !== null && keys.up)
        follow.restart()

    Soon {
        id: follow
        onTriggered: page.showField(page.keys.field)
    }

    Connections {
        target: page.keys
        function onFieldChanged(): void {
            follow.restart();
        }
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: Math.max(Theme.margin, (page.width - 2200) / 2)
        anchors.rightMargin: Math.max(Theme.margin, (page.width - 2200) / 2)
        anchors.topMargin: page.squeezed ? 0 : Theme.low ? Theme.s2 : Theme.s5
        anchors.bottomMargin: page.squeezed ? 0 : Theme.low ? Theme.s2 : Theme.s5
        spacing: Theme.low ? Theme.s2 : Theme.s4

        // Where little stays between head and foot, the title scrolls with what it is about.
        Loader {
            Layout.fillWidth: true
            active: !page.squeezed && !Theme.tiny
            visible: active
            sourceComponent: head
        }

        ScrollArea {
            id: scroll
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredHeight: 0
            paged: !page.squeezed
            strip: Theme.tiny && !page.squeezed

            // Later, because a layout that is asked for its height may still be counting it.
            Binding on contentLength {
                value: Math.max(scroll.height, body.implicitHeight)
                delayed: true
            }

            ColumnLayout {
                id: body
                width: parent.width
                height: parent.height
                spacing: Theme.low ? Theme.s4 : Theme.s5

                Loader {
                    Layout.fillWidth: true
                    active: Theme.tiny
                    visible: active
                    sourceComponent: head
                }
            }
        }
    }

    Component {
        id: head

        RowLayout {
            spacing: Theme.s5

            GridLayout {
                Layout.fillWidth: true
                columns: title.implicitWidth + words.implicitWidth + columnSpacing <= width ? 2 : 1
                columnSpacing: Theme.s5
                rowSpacing: 0

                Title {
                    id: title
                    text: page.title
                    Layout.maximumWidth: page.width - 2 * Theme.margin
                }
                Words {
                    id: words
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignVCenter
                    text: page.subtitle
                    color: Theme.ink2
                }
            }
            // Higher than the title: it reaches into the room above and below it.
            Loader {
                Layout.topMargin: Theme.tiny ? 0 : -Theme.s2
                Layout.bottomMargin: Theme.tiny ? 0 : -Theme.s2
                visible: page.aside !== null
                sourceComponent: page.aside
            }
        }
    }

    Item {
        id: layer
        anchors.fill: parent
    }
}
