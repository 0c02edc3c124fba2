pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "case"
import "elsewhere"

// A case of another station: first by what right it is asked for, then how it stands, and what is wanted for it.
FocusScope {
    id: page
    focus: true

    required property ElsewhereViewModel viewModel

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.low ? Theme.s2 : Theme.s4

        ElsewhereHead {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: false
            Layout.preferredWidth: Theme.contentWidth
            Layout.topMargin: Theme.low ? Theme.s3 : Theme.s5
            viewModel: page.viewModel
        }

        ScrollArea {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillHeight: true
            Layout.preferredWidth: Theme.contentWidth
            visible: !page.viewModel.open
            strip: Theme.tiny
            contentLength: right.implicitHeight + Theme.s5

            RightToAsk {
                id: right
                width: parent.width
                viewModel: page.viewModel
            }
        }

        TwoColumns {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.viewModel.open
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
                ElsewhereFacts {
                    viewModel: page.viewModel
                }
            }
        }
    }

    CaseSheets {
        anchors.fill: parent
        viewModel: page.viewModel.amendment
    }
}
