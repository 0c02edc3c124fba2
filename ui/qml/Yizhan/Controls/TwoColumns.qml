pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// The page's matter and what stands beside it, each with its own paging; short of width one below the other.
Item {
    id: pair

    property Component main
    property Component side
    property bool sideFirst: false
    property int sideWidth: Theme.sideColumn
    property int headroom: Theme.low ? Theme.s4 : Theme.s5

    Loader {
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.horizontalCenter: parent.horizontalCenter
        width: Theme.contentWidth
        sourceComponent: Theme.narrow ? stacked : beside
    }

    Component {
        id: beside

        RowLayout {
            spacing: Theme.gutter

            ScrollArea {
                Layout.fillWidth: true
                Layout.fillHeight: true
                contentLength: mainLoader.implicitHeight + pair.headroom + Theme.s4

                Loader {
                    id: mainLoader
                    y: pair.headroom
                    width: parent.width
                    sourceComponent: pair.main
                }
            }

            ScrollArea {
                Layout.preferredWidth: pair.sideWidth
                Layout.fillHeight: true
                contentLength: sideLoader.implicitHeight + pair.headroom + Theme.s4

                Loader {
                    id: sideLoader
                    y: pair.headroom
                    width: parent.width
                    sourceComponent: pair.side
                }
            }
        }
    }

    Component {
        id: stacked

        ScrollArea {
            strip: Theme.tiny
            contentLength: both.implicitHeight + pair.headroom + Theme.s5

            GridLayout {
                id: both
                y: pair.headroom
                width: parent.width
                columns: 1
                rowSpacing: Theme.s4

                Loader {
                    Layout.fillWidth: true
                    Layout.row: pair.sideFirst ? 1 : 0
                    sourceComponent: pair.main
                }

                Loader {
                    Layout.fillWidth: true
                    Layout.row: pair.sideFirst ? 0 : 1
                    sourceComponent: pair.side
                }
            }
        }
    }
}
