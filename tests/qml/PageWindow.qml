import QtQuick
import Yizhan.Controls

// A window that shows one page after the other, for looking at them; without a file it shows none.
Window {
    id: root

    property string pageFile: ""
    property QtObject pageModel: null
    property bool large: false
    property string mode: "window"

    visible: true
    color: Theme.paper
    onPageFileChanged: {
        if (root.pageFile === "")
            loader.setSource("");
        else
            loader.setSource(root.pageFile, {
                viewModel: root.pageModel
            });
    }

    Binding {
        target: Theme
        property: "mode"
        value: root.mode
    }

    Binding {
        target: Theme
        property: "large"
        value: root.large
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

    Loader {
        id: loader
        objectName: "page"
        anchors.fill: parent
        focus: true
    }
}
