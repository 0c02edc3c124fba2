import QtQuick
import QtQuick.Layouts
import Yizhan.Controls

// Short answers in a row that breaks where it must; it asks for the width of an unbroken row.
Flow {
    id: flow

    readonly property real natural: [...children].filter(chip => chip.visible && chip.implicitWidth > 0).reduce((sum, chip) => sum + chip.implicitWidth + spacing, -spacing)

    Layout.preferredWidth: natural
    spacing: Theme.gap
}
