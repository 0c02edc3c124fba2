pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Yizhan.Controls

// The first pages of a material, small, side by side; a touch shows them large.
T.AbstractButton {
    id: strip

    required property var thumbnails
    required property int pages
    required property string name

    readonly property int more: pages - shown.count

    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("看%1").arg(name)

    background: Rectangle {
        radius: Theme.r2
        color: strip.down ? Theme.slateTint : Theme.clear

        FocusRing {
            visible: strip.visualFocus
        }
    }
    contentItem: Item {
        Row {
            anchors.centerIn: parent
            spacing: Theme.s2

            Repeater {
                id: shown
                model: strip.thumbnails

                Item {
                    id: cell

                    required property string modelData

                    width: Math.min(height * 1.4, (strip.width - (strip.more > 0 ? Theme.px(56) : 0) - 6 * Theme.s2) / Math.max(1, shown.count))
                    height: strip.height - 2 * Theme.s2

                    Rectangle {
                        anchors.centerIn: parent
                        width: picture.status === Image.Ready ? picture.paintedWidth + 2 : height / 1.4
                        height: picture.status === Image.Ready ? picture.paintedHeight + 2 : parent.height
                        radius: 3
                        color: Theme.surface
                        border.width: 1
                        border.color: Theme.edge
                    }
                    Image {
                        id: picture
                        anchors.fill: parent
                        anchors.margins: 1
                        fillMode: Image.PreserveAspectFit
                        source: cell.modelData
                        cache: false
                        mipmap: true
                    }
                }
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                visible: strip.more > 0
                text: qsTr("+%1").arg(strip.more)
                wrapMode: Text.NoWrap
                color: Theme.ink2
            }
        }
    }
}
