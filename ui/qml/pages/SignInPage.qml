import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Who works here. Digits for fingers beside the fields; a keyboard works as well.
FocusScope {
    id: page
    focus: true

    required property SignInViewModel viewModel
    readonly property bool wide: Theme.low

    // Who is known already (after locking) only types the password.
    Component.onCompleted: operator.value === "" ? operator.take() : password.take()

    Connections {
        target: page.viewModel
        function onCleared(): void {
            password.clear();
        }
    }

    ScrollArea {
        id: area
        anchors.fill: parent
        anchors.margins: Theme.margin
        anchors.topMargin: Theme.tiny ? Theme.s1 : Theme.margin
        anchors.bottomMargin: Theme.tiny ? Theme.s1 : Theme.margin
        strip: Theme.tiny
        contentLength: sheet.implicitHeight

        GridLayout {
            id: sheet
            anchors.horizontalCenter: parent.horizontalCenter
            y: Math.max(0, (area.height - implicitHeight) / 2)
            width: Math.min(parent.width, Theme.px(1240))
            columns: Theme.narrow ? 1 : 2
            columnSpacing: Theme.s8
            rowSpacing: Theme.tiny ? Theme.s1 : Theme.s6

            GridLayout {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
                columns: Theme.tiny ? 2 : 1
                columnSpacing: Theme.s5
                rowSpacing: Theme.s4

                Icon {
                    visible: !Theme.low
                    name: "mark"
                    size: Theme.px(84)
                    weight: 1.2
                    color: Theme.slate
                }

                Title {
                    Layout.fillWidth: true
                    text: page.viewModel.product
                    font.pixelSize: Theme.low ? Theme.h1 : Theme.px(52)
                }

                Words {
                    Layout.fillWidth: true
                    visible: !Theme.tiny
                    text: page.viewModel.station
                    font.pixelSize: Theme.lead
                    color: Theme.ink2
                }

                Words {
                    Layout.fillWidth: true
                    text: page.viewModel.window
                    font.pixelSize: Theme.lead
                    strong: true
                }
            }

            Panel {
                Layout.fillWidth: true
                Layout.maximumWidth: Theme.px(page.wide ? 860 : 560)
                Layout.alignment: Qt.AlignHCenter
                level: 2
                padding: Theme.tiny ? Theme.s3 : Theme.inner
                implicitHeight: form.implicitHeight + 2 * padding

                GridLayout {
                    id: form
                    width: parent.width
                    columns: page.wide ? 2 : 1
                    columnSpacing: Theme.s6
                    rowSpacing: Theme.s3

                    // Shares of the width, so that no message, however long, moves the digits.
                    ColumnLayout {
                        Layout.fillWidth: true
                        Layout.preferredWidth: 300
                        Layout.horizontalStretchFactor: 3
                        Layout.alignment: Qt.AlignTop
                        spacing: Theme.low ? Theme.s2 : Theme.s3

                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.title
                            strong: true
                            font.pixelSize: Theme.h2
                        }

                        Words {
                            Layout.fillWidth: true
                            text: page.viewModel.words
                            color: Theme.ink2
                        }

                        Field {
                            id: operator
                            Layout.fillWidth: true
                            label: qsTr("工号")
                            value: page.viewModel.operator
                            messageLine: false
                            maximumLength: 32
                            inputHints: Qt.ImhNoPredictiveText
                            onEdited: text => page.viewModel.typeOperator(text)
                            onEntered: password.take()
                        }

                        Field {
                            id: password
                            Layout.fillWidth: true
                            label: qsTr("密码")
                            secret: true
                            messageLine: false
                            maximumLength: 64
                            onEntered: page.viewModel.enter(text)
                        }

                        Words {
                            Layout.fillWidth: true
                            Layout.minimumHeight: Theme.px(30)
                            text: page.viewModel.message
                            color: page.viewModel.trouble ? Theme.amber : Theme.ink2
                            Accessible.role: Accessible.StaticText
                            Accessible.name: text
                        }
                    }

                    DigitPad {
                        Layout.fillWidth: true
                        Layout.preferredWidth: 200
                        Layout.horizontalStretchFactor: 2
                        Layout.alignment: Qt.AlignTop
                        onKey: digit => operator.editing ? page.viewModel.typeOperator(page.viewModel.operator + digit) : password.insert(digit)
                        onErase: operator.editing ? page.viewModel.typeOperator(page.viewModel.operator.slice(0, -1)) : password.erase()
                    }

                    ActionButton {
                        Layout.fillWidth: true
                        Layout.columnSpan: form.columns
                        small: false
                        kind: page.viewModel.busy ? ActionButton.Waiting : ActionButton.Primary
                        text: qsTr("登录")
                        onClicked: page.viewModel.enter(password.text)
                    }
                }
            }
        }
    }
}
