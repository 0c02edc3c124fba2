import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// What the family said of the service, and what becomes of a low rating.
Panel {
    id: panel

    required property CaseViewModel viewModel
    readonly property list<string> rating: viewModel.rating

    padding: Theme.s4
    implicitHeight: ratingColumn.implicitHeight + 2 * padding

    ColumnLayout {
        id: ratingColumn
        width: parent.width
        spacing: Theme.s2

        Words {
            Layout.fillWidth: true
            text: qsTr("评价")
            strong: true
            font.pixelSize: Theme.between
        }

        Words {
            Layout.fillWidth: true
            text: panel.rating[0]
        }

        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.rating[1]
            strong: true
            color: panel.rating[2] === "amber" ? Theme.amber : panel.rating[2] === "green" ? Theme.green : Theme.slate
        }
    }
}
