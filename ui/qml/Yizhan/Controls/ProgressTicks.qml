pragma ComponentBehavior: Bound
import QtQuick

// One tick per matter, filled when it is finished. The count stands beside it in words.
Flow {
    id: ticks

    property int total: 0
    property int finished: 0

    spacing: Theme.s1
    Accessible.ignored: true

    Repeater {
        model: ticks.total

        Rectangle {
            required property int index

            width: Theme.px(14)
            height: Theme.px(18)
            radius: 3
            color: index < ticks.finished ? Theme.slate : Theme.surface
            border.width: index < ticks.finished ? 0 : Theme.strokeControl
            border.color: Theme.slateLine
        }
    }
}
