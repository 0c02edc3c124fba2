import QtQuick

// Which field the keys on the screen write into.
QtObject {
    id: keys

    property EntryField field: null
    property bool wanted: false
    property bool allowed: true
    property bool always: false
    readonly property bool up: allowed && wanted && field !== null

    function take(entry: EntryField): void {
        field = entry;
    }
    function release(entry: EntryField): void {
        if (field === entry)
            field = null;
    }
}
