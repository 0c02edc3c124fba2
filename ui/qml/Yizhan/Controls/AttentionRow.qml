pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

// A case that needs a person: when, who, what and why, one verb. The whole row is the target.
T.AbstractButton {
    id: row

    property string iconName: "note"
    property bool urgent: false
    property string due
    property string dueWords
    property string person
    property string personWords
    property string what
    property string why
    property string verb
    property bool primary: false
    property bool last: false

    implicitHeight: Math.max(Theme.px(Theme.low ? 88 : 104), content.implicitHeight + 2 * Theme.s3)
    focusPolicy: Qt.StrongFocus
    Accessible.name: [due, person, what, verb].join("，")

    background: Rectangle {
        color: row.down ? Theme.slateTint : Theme.clear
        radius: Theme.r2

        Separator {
            anchors.bottom: parent.bottom
            anchors.right: parent.right
            width: parent.width - disc.width - Theme.s5
            visible: !row.last
        }

        FocusRing {
            anchors.margins: 0
            visible: row.visualFocus
        }
    }

    contentItem: RowLayout {
        id: content
        spacing: Theme.compact ? Theme.s4 : Theme.s5

        Rectangle {
            id: disc
            implicitWidth: Theme.px(Theme.low ? 48 : 56)
            implicitHeight: implicitWidth
            radius: width / 2
            color: row.urgent ? Theme.amberTint : Theme.slateTint

            Icon {
                anchors.centerIn: parent
                name: row.iconName
                color: row.urgent ? Theme.amber : Theme.slate
            }
        }

        GridLayout {
            Layout.fillWidth: true
            columns: Theme.narrow ? 2 : 3
            columnSpacing: Theme.s4
            rowSpacing: Theme.s1

            ColumnLayout {
                Layout.row: 0
                Layout.column: 0
                Layout.preferredWidth: row.availableWidth * (Theme.narrow ? 0.3 : Theme.compact ? 0.17 : 0.18)
                Layout.fillWidth: false
                spacing: 0

                Words {
                    Layout.fillWidth: true
                    text: row.due
                    strong: true
                    font.pixelSize: Theme.between
                    color: row.urgent ? Theme.amber : Theme.ink
                }

                Words {
                    Layout.fillWidth: true
                    visible: !Theme.narrow
                    text: row.dueWords
                    color: Theme.ink2
                }
            }

            ColumnLayout {
                Layout.row: Theme.narrow ? 1 : 0
                Layout.column: Theme.narrow ? 0 : 1
                Layout.preferredWidth: row.availableWidth * (Theme.narrow ? 0.3 : Theme.compact ? 0.27 : 0.25)
                Layout.fillWidth: false
                spacing: 0

                Words {
                    Layout.fillWidth: true
                    text: row.person
                    strong: true
                    font.pixelSize: Theme.between
                }

                Words {
                    Layout.fillWidth: true
                    text: row.personWords
                    color: Theme.ink2
                }
            }

            ColumnLayout {
                Layout.row: 0
                Layout.column: Theme.narrow ? 1 : 2
                Layout.rowSpan: Theme.narrow ? 2 : 1
                Layout.fillWidth: true
                spacing: 0

                Words {
                    Layout.fillWidth: true
                    text: row.what
                    strong: true
                    font.pixelSize: Theme.between
                }

                Words {
                    Layout.fillWidth: true
                    text: row.why
                    color: Theme.ink2
                }
            }
        }

        ActionButton {
            Layout.minimumWidth: Theme.px(Theme.compact ? 110 : 140)
            kind: row.primary ? ActionButton.Primary : ActionButton.Secondary
            trailingIcon: Theme.compact ? "" : "chevron"
            text: row.verb
            focusPolicy: Qt.NoFocus
            Accessible.ignored: true
            onClicked: row.clicked()
        }
    }
}
