pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// What departments wait for or refused, each in their words, and by when.
ColumnLayout {
    id: column

    required property QtObject stopped

    spacing: Theme.s3

    Repeater {
        model: column.stopped

        ColumnLayout {
            id: stop

            required property string title
            required property string matters
            required property string words
            required property string due

            Layout.fillWidth: true
            spacing: Theme.s3

            Words {
                Layout.fillWidth: true
                text: stop.title
                strong: true
                font.pixelSize: Theme.h3
            }

            Rectangle {
                Layout.fillWidth: true
                implicitHeight: said.implicitHeight + 2 * Theme.s4
                radius: Theme.r2
                color: Theme.amberTint

                Words {
                    id: said
                    anchors.fill: parent
                    anchors.margins: Theme.s4
                    text: stop.matters + "\n" + stop.words
                    strong: true
                    font.pixelSize: Theme.between
                    color: Theme.amber
                }
            }

            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: stop.due
                strong: true
                color: Theme.amber
            }
        }
    }
}
