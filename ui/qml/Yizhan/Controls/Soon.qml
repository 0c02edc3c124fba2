import QtQml

// Does something once the present changes have settled. Unlike Qt.callLater it goes with the page that asked for it.
Timer {
    interval: 0
}
