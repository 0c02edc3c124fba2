import QtQuick

// One drawing of IconPaths in the colour of the words beside it; the words carry the meaning.
Item {
    id: icon

    property string name
    property int size: Theme.icon
    property color color: Theme.ink
    property real weight: 1.75

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    Drawing {
        width: icon.size
        height: icon.size
        stroke: icon.color
        weight: icon.weight
        path: IconPaths.paths[icon.name] ?? ""
    }
}
