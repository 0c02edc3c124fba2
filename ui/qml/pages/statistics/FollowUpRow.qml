pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Yizhan.Controls

// One matter to follow up: the day, the matter, why or how far, whose case.
T.AbstractButton {
    id: row

    required property string when
    required property string whenWords
    required property bool urgent
    required property string matter
    required property string words
    required property string person
    required property bool last

    implicitHeight: Math.max(Theme.px(77), content.implicitHeight + 2 * Theme.s3)
    focusPolicy: Qt.StrongFocus
    Accessible.name: [when, whenWords, matter, words, person].join("，")

    background: Rectangle {
        color: row.down ? Theme.slateTint : Theme.clear
        radius: Theme.r2

        Separator {
            anchors.bottom: parent.bottom
            width: parent.width
            visible: !row.last
        }

        FocusRing {
            anchors.margins: 0
            visible: row.visualFocus
        }
    }

    contentItem: RowLayout {
        id: content
        spacing: Theme.s5

        ColumnLayout {
            Layout.preferredWidth: Theme.px(Theme.narrow ? 120 : 150)
            spacing: 0

            Words {
                Layout.fillWidth: true
                text: row.when
                strong: true
                color: row.urgent ? Theme.amber : Theme.ink
            }

            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: row.whenWords
                color: row.urgent ? Theme.amber : Theme.ink2
            }
        }

        GridLayout {
            Layout.fillWidth: true
            columns: Theme.compact ? 1 : 2
            columnSpacing: Theme.s5
            rowSpacing: 0

            ColumnLayout {
                Layout.fillWidth: true
                Layout.preferredWidth: Theme.px(300)
                spacing: 0

                Words {
                    Layout.fillWidth: true
                    text: row.matter
                    strong: true
                }

                Words {
                    Layout.fillWidth: true
                    text: row.words
                    color: Theme.ink2
                }
            }

            Words {
                Layout.fillWidth: true
                Layout.preferredWidth: Theme.px(200)
                text: row.person
                color: Theme.ink2
            }
        }

        Icon {
            name: "chevron"
            size: Theme.iconSmall
            color: Theme.slate
        }
    }
}
