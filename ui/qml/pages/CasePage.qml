pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "case"

// One case: each matter's way at the left; at the side what needs a person, delivery, papers, people.
Item {
    id: page

    required property CaseViewModel viewModel

    ColumnLayout {
        anchors.fill: parent
        visible: page.viewModel.open
        spacing: Theme.low ? Theme.s2 : Theme.s4

        CaseHead {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: false
            Layout.preferredWidth: Theme.contentWidth
            Layout.topMargin: Theme.low ? Theme.s3 : Theme.s5
            viewModel: page.viewModel
        }

        TwoColumns {
            Layout.fillWidth: true
            Layout.fillHeight: true
            headroom: Theme.s2
            sideFirst: page.viewModel.attention
            sideWidth: Theme.sideColumn + (Theme.compact ? 0 : Theme.s8)
            main: Component {
                CaseMatters {
                    matters: page.viewModel.matters
                    stages: page.viewModel.stages
                }
            }
            side: Component {
                ColumnLayout {
                    spacing: Theme.low ? Theme.s3 : Theme.s4

                    CaseAttention {
                        Layout.fillWidth: true
                        visible: page.viewModel.attention
                        viewModel: page.viewModel
                    }

                    CaseDelivery {
                        Layout.fillWidth: true
                        viewModel: page.viewModel
                    }

                    CasePapers {
                        Layout.fillWidth: true
                        viewModel: page.viewModel
                    }

                    CaseResults {
                        Layout.fillWidth: true
                        visible: page.viewModel.results.any
                        viewModel: page.viewModel.results
                    }

                    CaseRating {
                        Layout.fillWidth: true
                        visible: page.viewModel.rating[0] !== ""
                        viewModel: page.viewModel
                    }

                    CasePeople {
                        Layout.fillWidth: true
                        viewModel: page.viewModel
                    }

                    CaseChanges {
                        Layout.fillWidth: true
                        viewModel: page.viewModel.amendment
                    }
                }
            }
        }
    }

    ResultSheet {
        viewModel: page.viewModel.results
    }

    CaseSheets {
        anchors.fill: parent
        viewModel: page.viewModel.amendment
    }
}
