import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Settings

// Letters with pinyin, drawn in our own style.
Item {
    implicitHeight: panel.height
    clip: true

    InputPanel {
        id: panel
        width: parent.width
    }

    Component.onCompleted: {
        VirtualKeyboardSettings.styleName = "yizhan";
        VirtualKeyboardSettings.activeLocales = ["zh_CN", "en_US"];
        VirtualKeyboardSettings.locale = "zh_CN";
        VirtualKeyboardSettings.wordCandidateList.alwaysVisible = true;
    }
}
