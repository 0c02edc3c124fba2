pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// Matters, departments and modes with their numbers; short of width each number carries its name.
Panel {
    id: panel

    required property QtObject table
    readonly property bool wide: !Theme.compact

    padding: Theme.s5
    implicitHeight: column.implicitHeight + 2 * padding

    ColumnLayout {
        id: column
        width: parent.width
        spacing: 0

        Repeater {
            model: panel.table

            ColumnLayout {
                id: row

                required property int index
                required property bool head
                required property string name
                required property list<string> cells
                required property list<string> labels

                Layout.fillWidth: true
                Layout.topMargin: row.head && row.index > 0 ? Theme.s5 : 0
                spacing: 0

                Separator {
                    Layout.fillWidth: true
                    visible: row.index > 0 && !row.head
                }

                RowLayout {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.s2
                    Layout.bottomMargin: panel.wide ? Theme.s2 : 0
                    spacing: Theme.s3

                    Words {
                        Layout.fillWidth: true
                        Layout.preferredWidth: Theme.px(200)
                        text: row.name
                        strong: true
                        font.pixelSize: row.head ? Theme.h3 : Theme.body
                    }

                    Repeater {
                        model: panel.wide ? row.cells : []

                        Words {
                            required property int index
                            required property string modelData

                            Layout.preferredWidth: Theme.px(index === 3 ? 150 : index === 4 ? 104 : 92)
                            horizontalAlignment: Text.AlignRight
                            text: modelData
                            color: row.head ? Theme.ink2 : Theme.ink
                        }
                    }
                }

                Flow {
                    Layout.fillWidth: true
                    Layout.bottomMargin: Theme.s2
                    visible: !panel.wide && !row.head
                    spacing: Theme.s4

                    Repeater {
                        model: panel.wide || row.head ? [] : row.cells

                        Words {
                            required property int index
                            required property string modelData

                            text: row.labels[index] + " " + modelData
                            wrapMode: Text.NoWrap
                            color: Theme.ink2
                        }
                    }
                }
            }
        }
    }
}
