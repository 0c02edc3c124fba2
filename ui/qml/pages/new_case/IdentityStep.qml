pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step a: who died, who applies.
StepPage {
    id: page

    required property IdentityViewModel viewModel
    readonly property bool stacked: page.width < Theme.px(900)
    readonly property bool wrapped: Theme.narrow || Theme.portrait
    readonly property bool tall: page.wrapped && !page.stacked && Theme.portrait

    function point(place: string): void {
        const role = place.split(".")[1];
        const panel = role === "applicant" ? applicant : role === "agent" ? agent : deceased;
        if (place.startsWith("entry"))
            panel.focusEntry(place.endsWith("number"));
        else if (place === "relation") {
            applicant.focusRelation();
            page.area.show(applicant.relations);
        } else
            panel.focusTile();
    }

    title: viewModel.title
    subtitle: viewModel.subtitle

    ErrorBanner {
        Layout.fillWidth: true
        what: page.viewModel.notice
        onClosed: page.viewModel.quiet()
    }

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.maximumHeight: page.tall ? Theme.px(1000) : Number.POSITIVE_INFINITY
        columns: page.stacked ? 1 : page.wrapped ? 2 : 3
        columnSpacing: Theme.gutter
        rowSpacing: Theme.gutter

        PersonPanel {
            id: deceased
            objectName: "tile.deceased"
            Layout.fillWidth: true
            Layout.fillHeight: true
            tile: page.viewModel.deceased
            viewModel: page.viewModel
            keys: page.keys

            // Later, because the other layout may still be counting.
            Binding on room {
                value: page.stacked ? 0 : applicant.relationRoom
                delayed: true
            }
        }
        PersonPanel {
            id: applicant
            objectName: "tile.applicant"
            Layout.fillWidth: true
            Layout.fillHeight: true
            tile: page.viewModel.applicant
            viewModel: page.viewModel
            keys: page.keys
            askRelation: true
        }
        PersonPanel {
            id: agent
            objectName: "tile.agent"
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.viewModel.agentShown
            tile: page.viewModel.agent
            viewModel: page.viewModel
            keys: page.keys
        }

        GridLayout {
            Layout.columnSpan: page.wrapped && !page.stacked ? 2 : 1
            Layout.preferredWidth: page.wrapped ? -1 : Theme.compact ? Theme.px(260) : Theme.px(344)
            Layout.fillWidth: page.wrapped
            Layout.alignment: Qt.AlignTop
            visible: !page.viewModel.agentShown
            columns: page.wrapped && page.width > Theme.px(600) ? 2 : 1
            columnSpacing: Theme.gutter
            rowSpacing: Theme.gap

            Words {
                Layout.fillWidth: true
                Layout.columnSpan: parent.columns
                text: qsTr("没有带卡，或者读不出")
                strong: true
                font.pixelSize: Theme.between
            }
            ChoiceTile {
                Layout.fillWidth: true
                iconName: "keyboard"
                text: qsTr("手工录入")
                words: qsTr("姓名和证件号码，之后可补读")
                onClicked: page.viewModel.typeIn("")
            }
            Words {
                Layout.fillWidth: true
                Layout.topMargin: page.wrapped ? 0 : Theme.s4
                Layout.columnSpan: parent.columns
                visible: !page.wrapped
                text: qsTr("替别人来办")
                strong: true
                font.pixelSize: Theme.between
            }
            ChoiceTile {
                Layout.fillWidth: true
                iconName: "plus"
                text: qsTr("添加代办人")
                words: qsTr("要交一张委托书")
                onClicked: page.viewModel.addAgent()
            }
        }
    }
    Item {
        Layout.fillHeight: true
        visible: page.tall
    }
}
