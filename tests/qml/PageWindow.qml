import QtQuick
import Yizhan.Controls

// A window around one page, for looking at it.
Window {
    id: root

    required property string pageFile
    required property QtObject pageModel
    required property bool large

    visible: true
    color: Theme.paper

    Component.onCompleted: {
        Theme.mode = "window";
        Theme.large = root.large;
        Theme.frameWidth = root.width;
        Theme.frameHeight = root.height;
        loader.setSource(root.pageFile, {
            viewModel: root.pageModel
        });
    }

    Loader {
        id: loader
        objectName: "page"
        anchors.fill: parent
        focus: true
    }
}
