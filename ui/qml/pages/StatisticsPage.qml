pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels
import "statistics"

// Figures of a period: as an overview, by matter, what was left out, what is open, and what was rated low.
Item {
    id: page

    required property StatisticsViewModel viewModel

    TwoColumns {
        anchors.fill: parent
        main: Component {
            ColumnLayout {
                spacing: Theme.low ? Theme.s3 : Theme.s4

                PageHead {
                    Layout.fillWidth: true
                    title: page.viewModel.title
                    words: page.viewModel.words
                }

                Flow {
                    Layout.fillWidth: true
                    spacing: Theme.gap

                    Repeater {
                        model: page.viewModel.views

                        SegmentButton {
                            required property int index
                            required property string modelData

                            light: true
                            text: modelData
                            checked: index === page.viewModel.view
                            onClicked: page.viewModel.chooseView(index)
                        }
                    }
                }

                GridLayout {
                    Layout.fillWidth: true
                    visible: page.viewModel.view === 0
                    columns: Theme.compact ? 1 : 2
                    columnSpacing: Theme.gutter
                    rowSpacing: Theme.s4
                    uniformCellWidths: true

                    BarPanel {
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignTop
                        title: page.viewModel.barsTitle
                        bars: page.viewModel.bars
                    }

                    BarPanel {
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignTop
                        title: qsTr("评价")
                        bars: page.viewModel.ratings
                    }

                    BarPanel {
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignTop
                        title: qsTr("按办理渠道")
                        bars: page.viewModel.channels
                    }
                }

                FigureTable {
                    Layout.fillWidth: true
                    visible: page.viewModel.view === 1
                    table: page.viewModel.table
                }

                FollowUpList {
                    Layout.fillWidth: true
                    visible: page.viewModel.view > 1
                    viewModel: page.viewModel
                }
            }
        }
        side: Component {
            StatisticsSide {
                viewModel: page.viewModel
            }
        }
    }
}
