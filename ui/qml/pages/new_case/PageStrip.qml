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
            spacing: Theme.s3

            Repeater {
                id: shown
                model: strip.thumbnails

                Rectangle {
                    id: sheet

                    required property string modelData

                    width: picture.status === Image.Ready ? picture.paintedWidth + 2 : height / 1.3
                    height: strip.height - 2 * Theme.s2
                    radius: 3
                    color: Theme.surface
                    border.width: 1
                    border.color: Theme.edge

                    Image {
                        id: picture
                        anchors.centerIn: parent
                        height: parent.height - 2
                        width: Math.min(implicitWidth * height / Math.max(1, implicitHeight), Theme.px(108))
                        fillMode: Image.PreserveAspectFit
                        source: sheet.modelData
                        cache: false
                        mipmap: true
                    }
                }
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                visible: strip.more > 0
                text: qsTr("+%1").arg(strip.more)
                color: Theme.ink2
            }
        }
    }
}
