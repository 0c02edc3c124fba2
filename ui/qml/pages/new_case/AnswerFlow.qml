pragma ComponentBehavior: Bound
import QtQuick
import Yizhan.Controls

// Short answers in a row that breaks where it must.
Flow {
    id: flow

    required property QtObject answers
    property bool single: false

    signal picked(string key)

    spacing: Theme.gap

    Repeater {
        model: flow.answers

        AnswerTile {
            required property string key
            required property string hint
            required property string picture
            required text
            required chosen

            single: flow.single || key === "none" || key === "unknown"
            onClicked: flow.picked(key)
        }
    }
}
