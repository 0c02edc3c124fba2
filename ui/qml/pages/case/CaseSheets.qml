pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "../new_case"

// What is changed in a case, laid over its page: a correction with its files, or taking back and going on.
Item {
    id: sheets

    required property AmendmentViewModel viewModel

    visible: viewModel.asking !== ""
    onVisibleChanged: keysState.wanted = false

    KeysState {
        id: keysState
        allowed: sheets.viewModel.keysOnTouch
    }

    Soon {
        id: follow
        onTriggered: if (keysState.field)
            correction.show(keysState.field)
    }

    Soon {
        id: tell
        onTriggered: correction.show(refused)
    }

    Connections {
        target: keysState
        function onFieldChanged(): void {
            follow.restart();
        }
        function onUpChanged(): void {
            follow.restart();
        }
    }

    Sheet {
        id: correction
        anchors.bottomMargin: band.height
        title: sheets.viewModel.title
        open: sheets.viewModel.asking === "correct"
        tight: Theme.low && band.visible || Theme.tiny // between the head of the window and the keys there is little left
        doText: band.visible ? "" : sheets.viewModel.doText
        onClosed: sheets.viewModel.open("")
        onDone: sheets.viewModel.send()

        Words {
            Layout.fillWidth: true
            text: sheets.viewModel.words
            color: Theme.ink2
        }

        Words {
            id: refused
            Layout.fillWidth: true
            visible: text !== ""
            // It may be said while the fields are in sight, far below.
            onVisibleChanged: if (visible)
                tell.restart()
            text: sheets.viewModel.notice
            strong: true
            color: Theme.amber
        }

        Repeater {
            model: sheets.viewModel.materials

            Panel {
                id: material

                required property string materialId
                required property string name
                required property string words
                required property int pages

                Layout.fillWidth: true
                padding: Theme.s4
                implicitHeight: materialRow.implicitHeight + 2 * padding

                GridLayout {
                    id: materialRow
                    width: parent.width
                    columns: Theme.narrow ? 1 : 2
                    columnSpacing: Theme.s3
                    rowSpacing: Theme.s2

                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0

                        Words {
                            Layout.fillWidth: true
                            text: material.name
                            strong: true
                            font.pixelSize: Theme.between
                        }

                        Words {
                            Layout.fillWidth: true
                            text: material.words
                            color: material.pages > 0 ? Theme.green : Theme.ink2
                        }
                    }

                    Flow {
                        Layout.preferredWidth: Theme.narrow ? -1 : undoButton.implicitWidth + fileButton.implicitWidth + captureButton.implicitWidth + 2 * Theme.gap
                        Layout.fillWidth: Theme.narrow
                        layoutDirection: Theme.narrow ? Qt.LeftToRight : Qt.RightToLeft
                        spacing: Theme.gap

                        ActionButton {
                            id: captureButton
                            visible: sheets.viewModel.mayCapture
                            enabled: !sheets.viewModel.busy
                            text: qsTr("拍照")
                            Accessible.description: material.name
                            onClicked: sheets.viewModel.capture(material.materialId)
                        }
                        ActionButton {
                            id: fileButton
                            enabled: !sheets.viewModel.busy
                            text: qsTr("选文件")
                            Accessible.description: material.name
                            onClicked: sheets.viewModel.openFiles(material.materialId)
                        }
                        ActionButton {
                            id: undoButton
                            visible: material.pages > 0
                            kind: ActionButton.Quiet
                            text: qsTr("撤掉一页")
                            Accessible.description: material.name
                            onClicked: sheets.viewModel.undo(material.materialId)
                        }
                    }
                }
            }
        }

        FieldGrid {
            Layout.fillWidth: true
            columns: Theme.narrow ? 1 : 2
            viewModel: sheets.viewModel.entry
            keys: keysState
            onEnded: correction.forceActiveFocus()
        }

        EntryField {
            Layout.fillWidth: true
            keys: keysState
            label: qsTr("给部门的说明")
            placeholder: qsTr("可以不填")
            value: sheets.viewModel.remark
            messageLine: false
            onEdited: text => sheets.viewModel.write(text)
        }
    }

    Sheet {
        title: sheets.viewModel.title
        words: sheets.viewModel.words
        open: sheets.viewModel.asking !== "" && sheets.viewModel.asking !== "correct"
        doText: sheets.viewModel.reasonGiven ? sheets.viewModel.doText : ""
        onClosed: sheets.viewModel.open("")
        onDone: sheets.viewModel.send()

        Words {
            Layout.fillWidth: true
            text: qsTr("请选一个原因，会写进办件和日志。")
        }

        Repeater {
            model: sheets.viewModel.reasons

            ChoiceTile {
                required property string key
                required property bool chosen

                Layout.fillWidth: true
                required text
                checkable: true
                checked: chosen
                onClicked: sheets.viewModel.chooseReason(key)
            }
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: sheets.viewModel.notice
            strong: true
            color: Theme.amber
        }
    }

    Sheet {
        title: qsTr("%1，选一个文件").arg(sheets.viewModel.choosingFile)
        words: qsTr("扫描文件夹里的图片和 PDF，新的在前")
        open: sheets.viewModel.choosingFile !== ""
        onClosed: sheets.viewModel.openFiles("")

        Repeater {
            model: sheets.viewModel.files

            ChoiceTile {
                required property string fileId
                required property string name
                required property string detail

                Layout.fillWidth: true
                iconName: "document"
                text: name
                words: detail
                onClicked: sheets.viewModel.chooseFile(fileId)
            }
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: sheets.viewModel.notice
            color: Theme.amber
        }
    }

    FieldSheets {
        anchors.fill: parent
        anchors.bottomMargin: band.height
        viewModel: sheets.viewModel.entry
        keys: keysState
    }

    KeysBand {
        id: band
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        z: 20
        height: implicitHeight
        onHeightChanged: follow.restart() // the letters come a little later than the band
        keys: keysState
        textKeys: sheets.viewModel.textKeys
        primaryText: sheets.viewModel.doText
        ready: !sheets.viewModel.busy
        onPrimary: sheets.viewModel.send()
    }
}
