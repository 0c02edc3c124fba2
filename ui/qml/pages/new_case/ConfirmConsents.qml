pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What the applicant agrees to, each with its whole text.
Panel {
    id: panel

    required property ConfirmViewModel viewModel

    padding: Theme.low ? Theme.s3 : Theme.s5
    implicitHeight: ticks.implicitHeight + 2 * padding

    ColumnLayout {
        id: ticks
        anchors.left: parent.left
        anchors.right: parent.right
        spacing: 0

        Words {
            Layout.bottomMargin: Theme.s3
            visible: !Theme.low
            text: qsTr("请申请人逐条同意")
            strong: true
            font.pixelSize: Theme.lead
        }
        Repeater {
            model: panel.viewModel.consents

            ColumnLayout {
                id: consent

                required property int index
                required property string key
                required property string text
                required property string full
                required property bool ticked

                Layout.fillWidth: true
                spacing: 0

                Separator {
                    Layout.fillWidth: true
                    visible: consent.index > 0 || !Theme.low
                }
                RowLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    TickBox {
                        text: consent.text
                        checked: consent.ticked
                        onClicked: panel.viewModel.toggleConsent(consent.key)
                    }
                    Words {
                        Layout.fillWidth: true
                        text: consent.text
                        Accessible.ignored: true

                        TapHandler {
                            onTapped: panel.viewModel.toggleConsent(consent.key)
                        }
                    }
                    ActionButton {
                        kind: ActionButton.Quiet
                        text: qsTr("看全文")
                        Accessible.name: qsTr("看全文：%1").arg(consent.text)
                        onClicked: panel.viewModel.read(consent.key)
                    }
                }
            }
        }
    }
}
