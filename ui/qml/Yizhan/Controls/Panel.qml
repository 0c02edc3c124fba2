import QtQuick

// A sheet on the canvas, level 0 the canvas itself. Level 2 has a darker foot and marks the one that matters most; active means that it waits for something.
Item {
    id: panel

    property int level: 1
    property bool active: false
    property bool attention: false
    property int padding: Theme.inner
    default property alias content: inner.data

    implicitWidth: inner.childrenRect.width + 2 * padding
    implicitHeight: inner.childrenRect.height + 2 * padding

    Rectangle {
        anchors.fill: parent
        anchors.topMargin: 8
        visible: panel.level === 2 && !panel.active
        radius: Theme.r3
        color: Theme.line
    }

    Rectangle {
        anchors.fill: parent
        anchors.bottomMargin: panel.level === 2 && !panel.active ? 3 : 0
        visible: panel.level > 0
        radius: Theme.r3
        color: panel.active ? Theme.slateTint : Theme.surface
        border.width: panel.active ? Theme.strokeActive : panel.attention ? Theme.strokeControl : Theme.stroke
        border.color: panel.active ? Theme.slate : panel.attention ? Theme.amberEdge : Theme.line
    }

    Item {
        id: inner
        anchors.fill: parent
        anchors.margins: panel.padding
    }
}
