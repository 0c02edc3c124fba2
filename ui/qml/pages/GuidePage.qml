pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "guide"
import "new_case"

// Asked before there is a case: a few taps at the left, what follows at the right; or words and the matters they mean.
FocusScope {
    id: page

    required property GuideViewModel viewModel
    readonly property int room: Theme.contentWidth - (Theme.narrow ? 0 : columns.sideWidth + Theme.gutter)

    function search(): void {
        keysState.wanted = false;
        viewModel.search();
    }

    KeysState {
        id: keysState
        allowed: page.viewModel.keysOnTouch
    }

    TwoColumns {
        id: columns
        anchors.fill: parent
        anchors.bottomMargin: band.height
        sideWidth: Theme.compact ? Theme.px(440) : Theme.px(720)
        main: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                PageHead {
                    Layout.fillWidth: true
                    title: qsTr("办事指南")
                    words: qsTr("亲人去世后要办什么，带什么，要多久")
                }

                GridLayout {
                    Layout.fillWidth: true
                    columns: 2
                    columnSpacing: Theme.gap

                    EntryField {
                        id: words
                        Layout.fillWidth: true
                        keys: keysState
                        placeholder: qsTr("想问什么，用平时的叫法或拼音")
                        value: page.viewModel.text
                        messageLine: false
                        maximumLength: 40
                        focus: true
                        onEdited: text => page.viewModel.type(text)
                        onForward: page.search()
                    }

                    ActionButton {
                        Layout.minimumHeight: Math.max(Theme.box, Theme.target)
                        iconName: "search"
                        text: qsTr("查")
                        onClicked: page.search()
                    }
                }

                Flow {
                    Layout.fillWidth: true
                    spacing: Theme.gap

                    Repeater {
                        model: page.viewModel.everyday

                        SegmentButton {
                            required property string modelData

                            light: true
                            text: modelData
                            checked: page.viewModel.asked && page.viewModel.text === modelData
                            onClicked: page.viewModel.ask(modelData)
                        }
                    }
                }

                GuideAnswers {
                    Layout.fillWidth: true
                    visible: page.viewModel.asked
                    viewModel: page.viewModel
                }

                GuideQuestions {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.s2
                    visible: !page.viewModel.asked
                    room: page.room
                    viewModel: page.viewModel
                }
            }
        }
        side: Component {
            GuidePlan {
                viewModel: page.viewModel
            }
        }
    }

    KeysBand {
        id: band
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: implicitHeight
        keys: keysState
        textKeys: page.viewModel.textKeys
        primaryText: qsTr("查")
        ready: true
        onPrimary: page.search()
    }
}
