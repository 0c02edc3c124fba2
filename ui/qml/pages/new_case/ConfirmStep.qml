pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step e: one page to read together.
StepPage {
    id: page

    required property ConfirmViewModel viewModel
    readonly property bool stacked: Theme.narrow || Theme.portrait

    signal mend(int step)

    function point(place: string): void {
        const target = place.startsWith("consent") ? consents : place === "signature" ? sign : null;
        if (target) {
            page.showField(target);
            decisions.show(target);
            const first = target.nextItemInFocusChain(true);
            if (first)
                first.forceActiveFocus(Qt.TabFocusReason);
        }
    }

    title: qsTr("请一起看一遍")
    subtitle: qsTr("哪里不对，按那一块右边的“改”")

    aside: Theme.low || Theme.portrait ? reveal : null

    Component {
        id: reveal

        RevealButton {
            viewModel: page.viewModel
        }
    }

    ErrorBanner {
        Layout.fillWidth: true
        what: page.viewModel.notice
        onClosed: page.viewModel.quiet()
    }

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: !page.stacked
        Layout.alignment: Qt.AlignTop
        columns: page.stacked ? 1 : 2
        columnSpacing: Theme.gutter
        rowSpacing: Theme.gutter

        ScrollArea {
            id: reading
            Layout.fillWidth: true
            Layout.fillHeight: !page.stacked
            Layout.preferredHeight: page.stacked ? implicitHeight : 0
            contentLength: sheet.implicitHeight

            ConfirmSheet {
                id: sheet
                width: parent.width
                height: page.stacked ? implicitHeight : Math.max(implicitHeight, reading.height)
                viewModel: page.viewModel
                onMend: step => page.mend(step)
            }
        }

        ScrollArea {
            id: decisions
            Layout.fillWidth: page.stacked
            Layout.fillHeight: !page.stacked
            Layout.preferredWidth: page.stacked ? -1 : Theme.px(Theme.compact ? 536 : 680)
            Layout.preferredHeight: page.stacked ? implicitHeight : 0
            contentLength: columns.implicitHeight

            ColumnLayout {
                id: columns
                width: parent.width
                height: page.stacked ? implicitHeight : Math.max(implicitHeight, decisions.height)
                spacing: Theme.low ? Theme.s2 : Theme.s5

                ConfirmConsents {
                    id: consents
                    Layout.fillWidth: true
                    viewModel: page.viewModel
                }

                ConfirmSignature {
                    id: sign
                    Layout.fillWidth: true
                    Layout.fillHeight: !page.stacked
                    viewModel: page.viewModel.signing
                    onLetterAsked: page.viewModel.read("letter")
                }
            }
        }
    }

    overlays: Sheet {
        title: page.viewModel.readingTitle
        open: page.viewModel.readingTitle !== ""
        onClosed: page.viewModel.read("")

        Words {
            Layout.fillWidth: true
            text: page.viewModel.readingText
            font.pixelSize: Theme.lead
            lineHeight: 1.2
        }
    }
}
