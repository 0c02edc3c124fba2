pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "new_case"

// New case: head with the steps, the step that is open, and below it the bar or the keys.
Rectangle {
    id: page

    required property NewCaseViewModel viewModel

    color: Theme.paper

    function point(place: string): void {
        const step = steps.item as StepPage;
        if (step)
            step.point(place);
    }

    Shortcut {
        sequences: ["Ctrl+Return", "Ctrl+Enter"]
        onActivated: page.viewModel.goOn()
    }

    KeysState {
        id: keysState
        allowed: page.viewModel.keysOnTouch
        always: page.viewModel.keysAlways
    }

    Soon {
        id: pointing

        property string place

        onTriggered: page.point(place)
    }

    Connections {
        target: page.viewModel
        function onFocusWanted(place: string): void {
            pointing.place = place;
            pointing.restart();
        }
        function onStepChanged(): void {
            keysState.wanted = false;
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        // Where there is hardly any room, the field that is written has the place of the head.
        StepHeader {
            Layout.fillWidth: true
            visible: !(band.visible && Theme.tiny)
            backText: qsTr("工作台")
            title: qsTr("新办一件")
            steps: page.viewModel.steps
            current: page.viewModel.step
            reached: page.viewModel.reached
            standing: page.viewModel.savedWords
            who: page.viewModel.who
            onBack: page.viewModel.later()
            onChosen: step => page.viewModel.goTo(step)
        }

        ErrorBanner {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.margin
            Layout.rightMargin: Theme.margin
            Layout.topMargin: Theme.s2
            what: page.viewModel.earlierBanner
            verb: qsTr("看一看")
            onActed: page.viewModel.earlier.ask()
            onClosed: page.viewModel.earlier.hide()
        }

        Loader {
            id: steps
            Layout.fillWidth: true
            Layout.fillHeight: true
            focus: true
            sourceComponent: [identity, circumstance, information, materials, confirm][page.viewModel.step]
        }

        BottomBar {
            Layout.fillWidth: true
            visible: !band.visible
            backText: page.viewModel.backText
            laterText: qsTr("稍后再办")
            hint: page.viewModel.hint
            hintNeedsPerson: page.viewModel.hintNeedsPerson
            primaryText: page.viewModel.primaryText
            ready: page.viewModel.ready
            onBack: page.viewModel.goBack()
            onLater: page.viewModel.later()
            onPrimary: page.viewModel.goOn()
            onExplain: page.viewModel.goOn()
        }

        KeysBand {
            id: band
            Layout.fillWidth: true
            keys: keysState
            textKeys: page.viewModel.textKeys
            primaryText: page.viewModel.primaryText
            ready: page.viewModel.ready
            onPrimary: page.viewModel.goOn()
        }
    }

    EarlierCases {
        viewModel: page.viewModel.earlier
    }

    Component {
        id: identity

        IdentityStep {
            viewModel: page.viewModel.identity
            keys: keysState
        }
    }
    Component {
        id: circumstance

        CircumstanceStep {
            viewModel: page.viewModel.circumstance
            keys: keysState
        }
    }
    Component {
        id: information

        InformationStep {
            viewModel: page.viewModel.information
            keys: keysState
            begins: page.viewModel.keysOnTouch || page.viewModel.keysAlways
        }
    }
    Component {
        id: materials

        MaterialsStep {
            viewModel: page.viewModel.materials
            keys: keysState
        }
    }
    Component {
        id: confirm

        ConfirmStep {
            viewModel: page.viewModel.confirm
            keys: keysState
            onMend: step => page.viewModel.goTo(step)
        }
    }
}
