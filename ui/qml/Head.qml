import QtQuick
import Yizhan.Controls
import Yizhan.ViewModels

// The head as the program fills it.
AppHeader {
    required property ShellViewModel viewModel
    readonly property StatusViewModel status: viewModel.status as StatusViewModel

    product: viewModel.product
    places: viewModel.places
    current: viewModel.place
    syncWords: status.syncWords
    syncNeedsPerson: status.syncNeedsPerson
    who: viewModel.who
    time: status.time
    onChosen: place => viewModel.openPlace(place)
    onSyncPressed: viewModel.openPlace(2)
    onWhoPressed: viewModel.lock()
}
