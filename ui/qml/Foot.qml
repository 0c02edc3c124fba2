import QtQuick
import Yizhan.Controls
import Yizhan.ViewModels

// The foot as the program fills it.
DeviceStrip {
    required property ShellViewModel viewModel
    readonly property StatusViewModel status: viewModel.status as StatusViewModel

    model: status.devices
    facts: viewModel.facts
    allReadyWords: status.allReady
}
