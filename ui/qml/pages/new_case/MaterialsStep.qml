pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Yizhan.Controls
import Yizhan.ViewModels

// Step d: one tile a material.
StepPage {
    id: page

    required property MaterialsViewModel viewModel

    readonly property CapturedPages pages: viewModel.pages
    property MaterialTile without: null

    function point(place: string): void {
        for (let index = 0; index < tiles.count; index++) {
            const tile = tiles.itemAt(index) as MaterialTile;
            if (tile && tile.materialId === place) {
                page.showField(tile);
                tile.call();
            }
        }
    }

    title: viewModel.title
    subtitle: Theme.low ? viewModel.subtitle + viewModel.byCard : viewModel.subtitle

    ErrorBanner {
        Layout.fillWidth: true
        what: page.pages.notice
        onClosed: page.pages.openFiles("")
    }

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        columns: Math.max(1, Math.min(4, Math.floor(page.width / Theme.px(400))))
        columnSpacing: Theme.low ? Theme.s4 : Theme.gutter
        rowSpacing: columnSpacing
        uniformCellWidths: true
        uniformCellHeights: true

        Repeater {
            id: tiles
            model: page.viewModel.rows

            MaterialTile {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.maximumHeight: Theme.px(400)
                Layout.alignment: Qt.AlignTop
                // Where it is low, what a card has settled is told in the line above.
                visible: !(Theme.low && settled)
                onCaptured: page.pages.capture(materialId)
                onFileAsked: page.pages.openFiles(materialId)
                onViewed: page.pages.view(materialId)
                onWithoutAsked: page.without = this
                onDeferralAsked: page.viewModel.openDeferral(materialId)
                onUndone: page.viewModel.undo(materialId)
            }
        }
    }
    Item {
        Layout.fillHeight: true
    }

    overlays: [
        Sheet {
            title: page.without ? page.without.name : ""
            words: qsTr("现在没有，可以这样办")
            open: page.without !== null
            onClosed: page.without = null

            ChoiceTile {
                Layout.fillWidth: true
                visible: page.without !== null && page.without.canShare
                iconName: "link"
                text: qsTr("共享免交")
                words: qsTr("部门之间能查到，家属不用交")
                onClicked: {
                    page.viewModel.decide(page.without.materialId, "shared");
                    page.without = null;
                }
            }
            ChoiceTile {
                Layout.fillWidth: true
                visible: page.without !== null && page.without.canPromise
                iconName: "pen"
                text: qsTr("签告知承诺")
                words: qsTr("申请人承诺情况属实，不用交这一样")
                onClicked: {
                    page.viewModel.decide(page.without.materialId, "promised");
                    page.without = null;
                }
            }
            ChoiceTile {
                Layout.fillWidth: true
                visible: page.without !== null && page.without.canDefer
                iconName: "clock"
                text: page.without ? qsTr("容缺，%1").arg(page.without.follows) : ""
                words: qsTr("先收件，到期前把这一样补来；日期之后可以改")
                onClicked: {
                    page.viewModel.decide(page.without.materialId, "deferred");
                    page.without = null;
                }
            }
        },
        CalendarSheet {
            title: qsTr("%1，之后补交").arg(page.viewModel.deferring)
            words: qsTr("现在收件，请选最晚哪天补交")
            calendar: page.viewModel.calendar
            open: page.viewModel.deferring !== ""
            closesWhenChosen: false
            doText: qsTr("%1前补交").arg(page.viewModel.calendar.chosenText)
            onDone: page.viewModel.defer()
            onClosed: page.viewModel.openDeferral("")
        },
        Sheet {
            title: qsTr("%1，选一个文件").arg(page.pages.choosingFile)
            words: qsTr("扫描文件夹和 U 盘里的图片和 PDF，新的在前")
            open: page.pages.choosingFile !== ""
            onClosed: page.pages.openFiles("")

            Repeater {
                model: page.pages.files

                ChoiceTile {
                    required property string fileId
                    required property string name
                    required property string detail

                    Layout.fillWidth: true
                    iconName: "document"
                    text: name
                    words: detail
                    onClicked: page.pages.chooseFile(fileId)
                }
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: page.pages.notice
                color: Theme.amber
            }
        },
        PageSheet {
            pages: page.pages
        }
    ]
}
