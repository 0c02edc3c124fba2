"""The pages that stay for as long as the program runs, behind the sign-in."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.desk import Desk
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.day_end import DayEndViewModel
from ui.viewmodels.devices import DevicesViewModel
from ui.viewmodels.elsewhere import ElsewhereViewModel
from ui.viewmodels.look_up import LookUpViewModel
from ui.viewmodels.statistics import StatisticsViewModel
from ui.viewmodels.status import StatusViewModel
from ui.viewmodels.sync_centre import SyncCentreViewModel
from ui.viewmodels.worklist import WorkListViewModel


class Pages:
    """Their view models, made together when the first of them is asked for. GUI thread only."""

    def __init__(self, desk: Desk, status: StatusViewModel, owner: QObject) -> None:
        """Make them under this owner, and keep those that tell of the queue told."""
        self.worklist = WorkListViewModel(desk, owner)
        self.look_up = LookUpViewModel(desk, owner)
        self.elsewhere = ElsewhereViewModel(desk, owner)
        self.sync = SyncCentreViewModel(desk, owner)
        self.devices = DevicesViewModel(desk, owner)
        self.case = CaseViewModel(desk, owner)
        self.statistics = StatisticsViewModel(desk, owner)
        self.day_end = DayEndViewModel(desk, owner)
        status.newsChanged.connect(self.worklist.show_sync)
        status.newsChanged.connect(self.sync.show_sync)
        status.newsChanged.connect(self.elsewhere.show_sync)
        status.roundEnded.connect(self.sync.round_ended)
        self.worklist.show_sync(status.news)
        self.sync.show_sync(status.news)
        self.elsewhere.show_sync(status.news)
