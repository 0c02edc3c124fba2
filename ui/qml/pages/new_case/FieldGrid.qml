pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Fields side by side, each with the editor of its kind; Enter leads from one that is typed to the next.
GridLayout {
    id: grid

    required property InformationViewModel viewModel
    required property KeysState keys

    signal ended

    function point(place: string): void {
        for (let index = 0; index < fields.count; index++) {
            const cell = fields.itemAt(index) as FieldCell;
            if (cell && cell.path === place)
                cell.call();
        }
    }
    function walk(from: int, step: int): void {
        for (let index = from + step; index >= 0 && index < fields.count; index += step) {
            const cell = fields.itemAt(index) as FieldCell;
            if (cell && cell.typed) {
                cell.call();
                return;
            }
        }
        grid.keys.wanted = false;
        grid.ended();
    }

    columnSpacing: Theme.gutter
    rowSpacing: Theme.s3
    uniformCellWidths: true

    Repeater {
        id: fields
        model: grid.viewModel.rows

        FieldCell {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            keys: grid.keys
            onEdited: text => grid.viewModel.edit(path, text)
            onQuitted: grid.viewModel.leave(path)
            onAsked: grid.viewModel.openChoices(path)
            onForward: grid.walk(index, 1)
            onBackward: grid.walk(index, -1)
        }
    }
}
