pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step c: only what nobody knows yet.
StepPage {
    id: page

    required property InformationViewModel viewModel
    required property bool begins

    function point(place: string): void {
        fields.point(place);
    }

    title: viewModel.title
    subtitle: viewModel.subtitle

    Soon {
        running: page.begins
        onTriggered: fields.walk(-1, 1)
    }

    FieldGrid {
        id: fields
        Layout.fillWidth: true
        // An account of nineteen digits is read whole, beside its tick.
        columns: Theme.narrow || Theme.portrait ? (page.width > Theme.px(780) ? 2 : 1) : 3
        viewModel: page.viewModel
        keys: page.keys
        onEnded: page.forceActiveFocus()
    }

    Well {
        Layout.fillWidth: true
        visible: known.count > 0
        implicitHeight: well.implicitHeight + 2 * Theme.s4

        RowLayout {
            id: well
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            anchors.leftMargin: Theme.s5
            anchors.rightMargin: Theme.s3
            spacing: Theme.s5

            Words {
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: Theme.s4
                text: qsTr("不用填")
                strong: true
            }
            Flow {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignVCenter
                spacing: Theme.s5

                Repeater {
                    id: known
                    model: page.viewModel.known

                    Words {
                        required property string label
                        required property string value

                        width: Math.min(implicitWidth, parent ? parent.width : implicitWidth)
                        text: label + "　" + value
                        color: Theme.ink2
                    }
                }
            }
            ActionButton {
                Layout.alignment: Qt.AlignTop
                kind: ActionButton.Quiet
                text: page.viewModel.knownToggle
                onClicked: page.viewModel.toggleKnown()
            }
        }
    }

    Item {
        Layout.fillHeight: true
    }

    overlays: FieldSheets {
        anchors.fill: parent
        viewModel: page.viewModel
        keys: page.keys
    }
}
