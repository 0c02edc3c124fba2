pragma ComponentBehavior: Bound
import QtQuick

// The answers of one question.
ChipFlow {
    id: flow

    required property QtObject answers
    property bool single: false

    signal picked(string key)

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
