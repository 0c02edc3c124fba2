pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Styles
import Yizhan.Controls

// The letters of the on-screen keyboard in our colours and sizes: paper keys, one slate edge, words on the verbs.
KeyboardStyle {
    id: yizhan

    keyboardDesignWidth: 1200
    keyboardDesignHeight: Theme.low ? 300 : 330
    keyboardDesignMaximumHeight: 360
    keyboardBackground: Rectangle {
        color: Theme.slateTint
    }

    readonly property int gap: Math.round(Theme.gap / 2)

    keyPanel: YizhanKey {
        style: yizhan
    }
    backspaceKeyPanel: YizhanKey {
        style: yizhan
        verb: true
        words: qsTr("删一位")
    }
    languageKeyPanel: YizhanKey {
        style: yizhan
        verb: true
        words: InputContext.locale.startsWith("zh") ? qsTr("英文") : qsTr("中文")
    }
    enterKeyPanel: YizhanKey {
        style: yizhan
        verb: true
        words: qsTr("下一格")
    }
    hideKeyPanel: YizhanKey {
        style: yizhan
        verb: true
        words: qsTr("收起")
    }
    shiftKeyPanel: YizhanKey {
        style: yizhan
        verb: true
        words: qsTr("大写")
    }
    spaceKeyPanel: YizhanKey {
        style: yizhan
        words: qsTr("空格")
    }
    symbolKeyPanel: YizhanKey {
        style: yizhan
        verb: true
    }
    modeKeyPanel: YizhanKey {
        style: yizhan
        verb: true
    }
    handwritingKeyPanel: YizhanKey {
        style: yizhan
        verb: true
        words: qsTr("手写")
    }

    selectionListHeight: Theme.target
    selectionListBackground: Rectangle {
        color: Theme.surface
    }
    selectionListDelegate: SelectionListItem {
        id: candidate

        required property string display
        required property int index // what a touch on it asks for, in Qt's own part of it

        width: Math.max(Theme.target, word.implicitWidth + 2 * Theme.s4)

        Text {
            id: word
            anchors.centerIn: parent
            text: candidate.display
            font.family: Theme.sans
            font.pixelSize: Theme.lead
            font.weight: candidate.ListView.isCurrentItem ? Font.DemiBold : Font.Normal
            color: candidate.ListView.isCurrentItem ? Theme.slate : Theme.ink
        }
    }
    navigationHighlight: Rectangle {
        color: Theme.clear
        border.color: Theme.slateDeep
        border.width: Theme.strokeActive
    }
    traceInputKeyPanelDelegate: null
    characterPreviewDelegate: Item {
        property string text
        property string flickLeft
        property string flickTop
        property string flickRight
        property string flickBottom
    }
}
