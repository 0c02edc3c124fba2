pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Yizhan.Controls

// One entry of the queue: what, which case, how it stands and why.
T.AbstractButton {
    id: row

    required property string grouped
    required property string kind
    required property string standing
    required property string tone
    required property string words
    required property string detail
    required property string code
    required property string way
    required property bool again
    required property bool correctable
    required property bool withdrawable
    required property bool last

    signal sendAgain
    signal correct
    signal withdraw

    implicitHeight: Math.max(Theme.px(92), content.implicitHeight + 2 * Theme.s3)
    focusPolicy: Qt.StrongFocus
    Accessible.name: [kind, grouped, standing, words, code, way].join("，")

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

        GridLayout {
            Layout.fillWidth: true
            columns: Theme.narrow ? 1 : 2
            columnSpacing: Theme.s5
            rowSpacing: Theme.s1

            ColumnLayout {
                Layout.preferredWidth: Theme.narrow ? -1 : Math.max(Math.ceil(grouped.implicitWidth), row.availableWidth * (Theme.compact ? 0.38 : 0.34))
                Layout.fillWidth: Theme.narrow
                spacing: 0

                Words {
                    id: grouped
                    Layout.fillWidth: true
                    text: row.grouped
                    strong: true
                }

                Words {
                    Layout.fillWidth: true
                    text: row.detail !== "" ? row.kind + "，" + row.detail : row.kind
                    color: Theme.ink2
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                Words {
                    Layout.fillWidth: true
                    text: row.words
                    color: row.tone === "amber" ? Theme.amber : Theme.ink
                }

                Words {
                    Layout.fillWidth: true
                    visible: row.way !== ""
                    text: row.way
                }

                Words {
                    visible: row.code !== "" && row.way === ""
                    text: row.code
                    color: Theme.ink2
                }
            }

            Flow {
                Layout.columnSpan: Theme.narrow ? 1 : 2
                Layout.fillWidth: true
                Layout.topMargin: Theme.s2
                visible: row.correctable || row.again || row.withdrawable
                spacing: Theme.gap

                ActionButton {
                    visible: row.correctable
                    kind: ActionButton.Primary
                    text: qsTr("更正")
                    onClicked: row.correct()
                }

                ActionButton {
                    visible: row.again
                    text: qsTr("再报一次")
                    onClicked: row.sendAgain()
                }

                ActionButton {
                    visible: row.withdrawable
                    text: qsTr("撤回")
                    onClicked: row.withdraw()
                }
            }
        }

        ToneBadge {
            Layout.minimumWidth: Theme.px(120)
            text: row.standing
            toneName: row.tone
        }

        Icon {
            name: "chevron"
            size: Theme.iconSmall
            color: Theme.slate
        }
    }
}
