pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// The one window: training ribbon, head, the page that Python chose, foot. What does not show is not made.
Window {
    id: root

    required property ShellViewModel viewModel

    width: 1366
    height: 768
    visible: true
    title: viewModel.product
    color: Theme.paper

    Binding {
        target: Theme
        property: "mode"
        value: root.viewModel.mode
    }

    Binding {
        target: Theme
        property: "large"
        value: root.viewModel.largeText
    }

    Binding {
        target: Theme
        property: "frameWidth"
        value: root.width
    }

    Binding {
        target: Theme
        property: "frameHeight"
        value: root.height
    }

    Shortcut {
        sequence: "F2"
        onActivated: root.viewModel.newCase()
    }

    Shortcut {
        sequence: "F12"
        enabled: root.viewModel.dock.available
        onActivated: root.viewModel.dock.toggle()
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        TrainingRibbon {
            Layout.fillWidth: true
            visible: root.viewModel.dock.available
            z: 2
            words: root.viewModel.trainingWords
            dockText: root.viewModel.dockWords
            dockOpen: root.viewModel.dock.open
            onDockPressed: root.viewModel.dock.toggle()
        }

        Loader {
            Layout.fillWidth: true
            active: root.viewModel.chrome
            visible: active
            Component.onCompleted: setSource("Head.qml", {
                viewModel: root.viewModel
            })
        }

        Loader {
            Layout.fillWidth: true
            Layout.margins: Theme.s4
            active: root.viewModel.troubleWhat !== "" && root.viewModel.page !== ShellViewModel.Place.Trouble
            visible: active
            sourceComponent: ErrorBanner {
                what: root.viewModel.troubleWhat
                todo: root.viewModel.troubleDo
                code: root.viewModel.troubleCode
                onClosed: root.viewModel.dismiss()
            }
        }

        Loader {
            id: loader
            Layout.fillWidth: true
            Layout.fillHeight: true
            focus: true
            Component.onCompleted: setSource(root.viewModel.pageFile, {
                viewModel: root.viewModel.pageModel
            })

            Connections {
                target: root.viewModel
                function onPageChanged(): void {
                    loader.setSource(root.viewModel.pageFile, {
                        viewModel: root.viewModel.pageModel
                    });
                }
            }
        }

        Loader {
            Layout.fillWidth: true
            active: root.viewModel.chrome
            visible: active
            Component.onCompleted: setSource("Foot.qml", {
                viewModel: root.viewModel
            })
        }
    }

    Loader {
        anchors.top: parent.top
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        width: Math.min(parent.width, Theme.px(380))
        active: root.viewModel.dock.open
        Component.onCompleted: setSource("Dock.qml", {
            viewModel: root.viewModel.dock
        })
    }
}
