import QtQuick
import Yizhan.Controls

// A field that brings up its keys when it is touched, and puts them away when a real keyboard writes.
Field {
    id: entry

    required property KeysState keys
    property string pad: "text"
    property string mood
    property bool ours: false

    signal forward
    signal backward

    standing: mood === "amber" ? Field.Mend : mood === "green" ? Field.Good : Field.Plain
    inputHints: pad === "digits" ? Qt.ImhDigitsOnly : pad === "document" ? Qt.ImhPreferUppercase | Qt.ImhNoPredictiveText : Qt.ImhNone
    onEditingChanged: editing ? keys.take(entry) : keys.release(entry)
    // Nobody writes into what is not shown.
    onVisibleChanged: if (!visible)
        input.focus = false
    onEdited: if (pad !== "text" && !ours)
        keys.wanted = false
    onEntered: forward()
    Keys.onEscapePressed: event => {
        event.accepted = keys.up;
        keys.wanted = false;
    }

    function write(text: string): void {
        ours = true;
        input.insert(input.cursorPosition, text);
        tell();
    }
    function erase(): void {
        ours = true;
        input.remove(Math.max(0, input.cursorPosition - 1), input.cursorPosition);
        tell();
    }
    function empty(): void {
        ours = true;
        input.clear();
        tell();
    }
    // Whether the input itself tells of what is done to it differs by verb.
    function tell(): void {
        edited(input.text);
        ours = false;
    }

    TapHandler {
        parent: entry.input
        gesturePolicy: TapHandler.DragThreshold
        onTapped: {
            entry.keys.wanted = true;
            entry.take();
        }
    }
}
