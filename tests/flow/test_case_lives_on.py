"""A case after it was taken in, between a real terminal and a real hub: corrections, withdrawal, going on, the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from command_rigs import JPEG, case_file, hub_process, kiosk
from hub_rigs import TERMINAL, RunningHub, Terminal, running_hub, terminal
from store_rigs import FRAME

from kiosk.clock import Clock, SystemClock, iso, local
from kiosk.domain.application import decode
from kiosk.domain.case import Case, CaseState, Delivery, MaterialStatus, MatterState
from kiosk.domain.form import read_path
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import MaterialId, OperatorId
from kiosk.messages import describe
from kiosk.packets.deceased import person_digest, shared_digest
from kiosk.ports.pages import CleanFile
from kiosk.ports.sync import KnownCase
from kiosk.services.amendments import AmendmentService, Correction
from kiosk.services.intake import IntakeService
from kiosk.services.intake import Terminal as Place
from kiosk.services.ratings import RatingService
from kiosk.services.rules import shipped_rules
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.database import open_database
from sync.hub.departments import Said, case_of, say
from sync.hub.permissions import read_case

ACTOR = OperatorId("0301")
CREMATION = "deceased.cremation_number"


@dataclass
class Desk:
    """A counter at a terminal before a hub."""

    hub: RunningHub
    clock: Clock
    station: Terminal
    amendments: AmendmentService
    number: str

    def case(self) -> Case:
        """Give the case as the terminal has it."""
        return self.station.store.cases.get(self.number)

    def clerk(self, *, asks: bool = False, steps: int = 300) -> None:
        """Let the training clerk do all that can be done now, then hear of it."""
        script = ClerkScript(accept_s=0, step_s=0, put_right_s=0, asks=asks)
        with closing(open_database(self.hub.database_url)) as database:
            clerk = TrainingClerk(database, self.clock, script)
            for _ in range(steps):
                if not clerk.work():
                    break
        self.station.round()

    def department(self, matter_id: str, said: Said) -> None:
        """Let a department say something, then hear of it."""
        with closing(open_database(self.hub.database_url)) as database, database.write() as connection:
            case_id = case_of(connection, self.number)
            assert case_id is not None
            say(connection, case_id, matter_id, said, iso(self.clock.now()))
        self.station.round()

    def at_hub(self) -> dict[str, str]:
        """Give the states of the matters as the hub has them."""
        (case,) = self.hub.contents()["cases"]
        return {matter["id"]: matter["state"] for matter in case["matters"]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Take in a case without the two identity cards, and deliver it."""
    file = case_file(tmp_path / "in")
    application = decode(file.read_bytes())
    files = {entry.path: page(entry.path) for entry in application.attachments if entry.path}
    clock = SystemClock()
    with (
        running_hub(tmp_path / "hub") as hub,
        terminal(tmp_path / "terminal", hub.url) as station,
    ):
        store, rules = station.store, shipped_rules
        place = Place("3701", TERMINAL, FRAME)
        intake = IntakeService(store, rules, place, station.clock, lambda: None)
        number = intake.submit(application, files, ACTOR).case_number
        station.round()
        yield Desk(hub, clock, station, AmendmentService(store, rules, station.clock, lambda: None), number)


def page(name: str) -> CleanFile:
    """Make a page."""
    return CleanFile("image/jpeg", 1, JPEG + name.encode())


def matter_of(case: Case, state: MatterState) -> str:
    """Name the first matter in a state."""
    return next(matter.matter_id for matter in case.matters if matter.state is state)


def test_what_was_missing_is_asked_for_brought_and_the_case_ends(desk: Desk) -> None:
    """The clerk asks for what was missing, staff bring it, the hub goes on, and every matter ends."""
    desk.clerk(asks=True)
    asked = desk.case()
    assert asked.state is CaseState.CORRECTION_REQUESTED
    form = desk.amendments.form(desk.number)
    wanted = [material.material_id for material in form.materials]
    assert wanted == [item.material_id for item in asked.materials if item.status is MaterialStatus.MISSING] != []
    assert form.due is not None
    assert desk.station.store.cases.all()[0].attention

    with pytest.raises(InputError) as refused:
        desk.amendments.correct(desk.number, Correction({}, [(wanted[0], page(wanted[0]))]), ACTOR)
    assert refused.value.code is ErrorCode.CORRECTION_INCOMPLETE
    corrected = desk.amendments.correct(desk.number, Correction({}, [(name, page(name)) for name in wanted]), ACTOR)
    assert (corrected.rev, corrected.delivery) == (2, Delivery.PENDING)
    assert CaseState.CORRECTION_REQUESTED is not corrected.state
    brought = [(item.status, item.pages) for item in corrected.materials if item.material_id in wanted]
    assert brought == [(MaterialStatus.SUPPLIED, 1)] * len(wanted)

    desk.station.round()
    assert desk.case().delivery is Delivery.DELIVERED
    desk.clerk(asks=True)
    assert desk.case().state is CaseState.FINISHED
    assert set(desk.at_hub().values()) == {"finished"}


def test_a_field_that_a_department_names_is_put_right_with_the_next_rev(desk: Desk) -> None:
    """The value travels by its path, the case is found by it, and a second request is answered by a second rev."""
    desk.clerk(steps=1)
    matter_id = matter_of(desk.case(), MatterState.ACCEPTED)
    for rev, value in ((2, "H20261118001"), (3, "H20261118002")):
        asked = Said(MatterState.CORRECTION_REQUESTED, "火化证号看不清", "2026-12-01", fields=(CREMATION,))
        desk.department(matter_id, asked)
        form = desk.amendments.form(desk.number)
        assert ([field.path for field in form.fields], form.due) == ([CREMATION], "2026-12-01")
        with pytest.raises(InputError) as refused:
            desk.amendments.correct(desk.number, Correction({CREMATION: ""}, words="没有"), ACTOR)
        assert refused.value.code is ErrorCode.CORRECTION_INCOMPLETE
        case = desk.amendments.correct(desk.number, Correction({CREMATION: value}), ACTOR)
        assert (case.rev, decode(case.application).deceased.cremation_number) == (rev, value)
        desk.station.round()
        assert desk.at_hub()[matter_id] == "taken_in"


def test_a_correction_is_sent_in_the_form_that_values_are_kept_in(desk: Desk) -> None:
    """What was typed another way reaches the hub as it stands at the counter, and would have when it was taken in."""
    typed = {"applicant.phone": "138 0000 0029", "deceased.death_time": "0415"}
    case = desk.amendments.correct(desk.number, Correction(typed), ACTOR)
    application = decode(case.application)
    assert [read_path(application, path) for path in typed] == ["13800000029", "04:15"]
    desk.station.round()
    with closing(open_database(desk.hub.database_url)) as database, database.read() as connection:
        held = read_case(connection, case.case_id).values
    assert held["applicant.phone"] == "13800000029"
    assert held["deceased.death_at"] == application.deceased.death_at


def test_a_case_taken_back_ends_and_goes_on_when_the_family_changes_its_mind(desk: Desk) -> None:
    """All open matters are taken back at both ends; taken up again, they come to their end."""
    with pytest.raises(InputError):
        desk.amendments.withdraw(desk.number, " ", ACTOR)
    with pytest.raises(InputError):
        desk.amendments.reopen(desk.number, "没有撤回过", ACTOR)
    assert desk.amendments.withdraw(desk.number, "家属另有安排", ACTOR).state is CaseState.WITHDRAWN
    desk.station.round()
    desk.clerk()
    assert set(desk.at_hub().values()) == {"withdrawn"}
    assert desk.case().state is CaseState.WITHDRAWN
    assert desk.case().official_number is None

    assert desk.amendments.reopen(desk.number, "家属要接着办", ACTOR).state is CaseState.TAKEN_IN
    desk.station.round()
    desk.clerk()
    assert desk.case().state is CaseState.FINISHED


def test_what_a_department_finished_before_it_heard_of_the_withdrawal_stays_finished(desk: Desk) -> None:
    """The counter took all back without a network; the hub's word of what had ended is taken, the rest is withdrawn."""
    desk.clerk(steps=1)
    matter_id = matter_of(desk.case(), MatterState.ACCEPTED)
    with closing(open_database(desk.hub.database_url)) as database, database.write() as connection:
        case_id = case_of(connection, desk.number)
        assert case_id is not None
        say(connection, case_id, matter_id, Said(MatterState.FINISHED, "已办结"), iso(desk.clock.now()))
    desk.amendments.withdraw(desk.number, "家属另有安排", ACTOR)
    desk.station.round()
    states = {str(matter.matter_id): matter.state.value for matter in desk.case().matters}
    assert states == desk.at_hub()
    assert states[matter_id] == "finished"
    assert set(states.values()) == {"finished", "withdrawn"}
    assert desk.case().state is CaseState.FINISHED


def test_some_matters_fail_and_the_others_end(desk: Desk) -> None:
    """Refused, moved offline and finished stand side by side; the case has ended when all have."""
    desk.clerk(steps=1)
    first, second = [m.matter_id for m in desk.case().matters if m.state is MatterState.ACCEPTED][:2]
    desk.department(first, Said(MatterState.REFUSED, "不符合条件"))
    desk.department(second, Said(MatterState.MOVED_OFFLINE, "请到窗口办理"))
    assert desk.case().state is CaseState.IN_PROGRESS
    desk.clerk()
    states = {matter.matter_id: matter.state for matter in desk.case().matters}
    assert (states[first], states[second]) == (MatterState.REFUSED, MatterState.MOVED_OFFLINE)
    assert desk.case().state is CaseState.FINISHED
    with pytest.raises(InputError) as refused:
        desk.amendments.withdraw(desk.number, "太晚了", ACTOR)
    assert refused.value.code is ErrorCode.CASE_MOVE_NOT_ALLOWED


def test_a_low_rating_is_put_right_and_its_answer_comes_back(desk: Desk) -> None:
    """The hub sets the day, then says what was done; a case is rated once."""
    ratings = RatingService(desk.station.store, desk.clock)
    ratings.rate(desk.number, 2, "等得太久", ACTOR)
    with pytest.raises(InputError):
        ratings.rate(desk.number, 5, "", ACTOR)
    desk.station.round()
    desk.station.round()
    due = (local(desk.clock.now()).date() + timedelta(weeks=3)).isoformat()
    rating = desk.case().rating
    assert rating is not None
    assert (rating.level, rating.reason, rating.due, rating.answer) == (2, "等得太久", due, "")
    desk.clerk()
    answered = desk.case().rating
    assert answered is not None
    assert answered.answer
    assert answered.due == due
    assert answered.answered_at is not None


def test_another_terminal_knows_without_a_network_that_the_deceased_was_taken_in(desk: Desk, tmp_path: Path) -> None:
    """After a round it finds the case by the document's digest, of this service and person; the first does not."""
    person = ("after_death", "111", "370100194001019991")
    with terminal(tmp_path / "other", desk.hub.url, terminal_id="T-2") as other:
        assert other.store.cases.of_person_elsewhere(*person) == []
        other.round()
        (known,) = other.store.cases.of_person_elsewhere(*person)
        assert (known.case_number, known.station) == (desk.number, "3701")
        assert other.store.cases.of_person_elsewhere("after_death", "111", "370100197401019994") == []
        assert other.store.cases.of_person_elsewhere("elder_allowance", *person[1:]) == []
        other.round()
        assert len(other.store.cases.of_person_elsewhere(*person)) == 1
    desk.station.round()
    assert desk.station.store.cases.of_person_elsewhere(*person) == []


def test_a_list_under_another_key_is_read_anew(desk: Desk) -> None:
    """A hub that was set up anew has another key: what was known under the old one is forgotten."""
    outbox = desk.station.store.outbox
    old, new = "0" * 64, "1" * 64
    digest = shared_digest(old, person_digest("111", "370100194001019991"))
    known = KnownCase(digest, "after_death", "3702", "X", "2026-11-01T02:00:00.000Z")
    assert outbox.note_known(old, [known], 7) == 0
    assert outbox.note_known(old, [known], 7) == 7
    assert desk.station.store.cases.of_person_elsewhere("after_death", "111", "370100194001019991") == [known]
    assert outbox.state().digests_after == 7
    assert outbox.note_known(new, [], 9) == 0
    assert outbox.state().digests_after == 0
    assert desk.station.store.cases.of_person_elsewhere("after_death", "111", "370100194001019991") == []


def test_a_correction_that_does_not_fit_changes_nothing(desk: Desk) -> None:
    """A value that is wrong and a correction of nothing are refused with the reason; no event waits afterwards."""
    for correction in (Correction({"applicant.phone": "123"}), Correction({})):
        with pytest.raises(InputError):
            desk.amendments.correct(desk.number, correction, ACTOR)
    assert (desk.case().rev, desk.station.store.outbox.queue()) == (1, [])


def test_a_correction_of_a_field_that_is_not_there_names_it(desk: Desk) -> None:
    """What was mistyped is said, even beside a value that fits; nothing is changed."""
    with pytest.raises(InputError) as refused:
        desk.amendments.correct(desk.number, Correction({"nonsense": "1", "applicant.phone": "13800000029"}), ACTOR)
    assert refused.value.code is ErrorCode.INPUT_INVALID
    assert "没有 nonsense 这一栏" in describe(refused.value).what
    assert desk.case().rev == 1


def test_what_is_needed_is_not_corrected_away(desk: Desk) -> None:
    """A case without a name or a telephone number could be worked on by nobody."""
    for path in ("deceased.name", "applicant.phone"):
        with pytest.raises(InputError) as refused:
            desk.amendments.correct(desk.number, Correction({path: " "}), ACTOR)
        assert refused.value.code is ErrorCode.INPUT_INVALID
    assert desk.case().rev == 1


def test_a_page_of_a_material_that_nobody_knows_names_it(desk: Desk) -> None:
    """What was mistyped is said; a department may ask for a material of its own, and gets it."""
    brought = Correction({}, [(MaterialId("licence"), page("a"))])
    with pytest.raises(InputError) as refused:
        desk.amendments.correct(desk.number, brought, ACTOR)
    assert "没有 licence 这种材料" in describe(refused.value).what
    asked = Said(MatterState.CORRECTION_REQUESTED, "要驾驶证", "2026-12-01", materials=("licence",))
    desk.department(matter_of(desk.case(), MatterState.TAKEN_IN), asked)
    assert desk.amendments.correct(desk.number, brought, ACTOR).rev == 2


def test_a_correction_that_makes_it_another_case_says_so(desk: Desk) -> None:
    """Matters that nobody was asked about come, or filed ones go: named, with the way on; the case stays as it is."""
    before = desk.case()
    filed = {matter.matter_id for matter in before.matters}
    with pytest.raises(InputError) as refused:
        desk.amendments.correct(desk.number, Correction({"deceased.insurance": "resident_pension"}), ACTOR)
    assert refused.value.code is ErrorCode.CORRECTION_CHANGES_MATTERS
    gone = [m.name for m in before.matters if m.name in describe(refused.value).what]
    assert gone, describe(refused.value).what
    assert desk.case() == before
    matter_id = matter_of(before, MatterState.TAKEN_IN)
    asked = Said(MatterState.CORRECTION_REQUESTED, "参保不对", "2026-12-01", fields=("deceased.insurance",))
    desk.department(matter_id, asked)
    corrected = desk.amendments.correct(desk.number, Correction({"deceased.insurance": "resident_pension"}), ACTOR)
    assert {matter.matter_id for matter in corrected.matters} == filed


def test_a_technician_answers_a_department_and_takes_a_case_back_by_command(tmp_path: Path) -> None:
    """What `hub say` asks for arrives at the terminal; `case correct` brings it, `withdraw` and `reopen` do theirs."""
    data, hub = ("--data", tmp_path / "d"), ("--data", tmp_path / "h")
    number = kiosk("case", "submit", case_file(tmp_path / "in"), *data).json["case_number"]
    with hub_process(tmp_path / "h", "--accept-after", "60") as url:
        kiosk("sync", "once", "--json", "--hub", url, *data)
        matter_id = kiosk("case", "show", number, *data).json["matters"][0]["id"]
        asked = ("correction_requested", "--words", "火化证号看不清", "--due", "2026-12-01", "--field", CREMATION)
        assert kiosk("hub", "say", number, matter_id, *asked, *hub).code == 0
        kiosk("sync", "once", "--json", "--hub", url, *data)
        matter = kiosk("case", "show", number, *data).json["matters"][0]
        assert (matter["state"], matter["correction_due"]) == ("correction_requested", "2026-12-01")
        refused = kiosk("case", "correct", number, "--words", "x", "--json", *data)
        assert refused.error == ErrorCode.CORRECTION_INCOMPLETE.value
        corrected = kiosk("case", "correct", number, "--field", f"{CREMATION}=H20261118001", *data)
        assert (corrected.json["rev"], corrected.json["matters"][0]["state"]) == (2, "taken_in")
        withdrawn = kiosk("case", "withdraw", number, "--reason", "家属另有安排", *data)
        assert withdrawn.json["state"] == "withdrawn"
        assert kiosk("case", "reopen", number, "--reason", "接着办", *data).json["rev"] == 4
        kiosk("sync", "once", "--json", "--hub", url, *data)
    (held,) = kiosk("hub", "show", "--json", *hub).json["cases"]
    kinds = ["case_taken_in", "case_corrected", "case_withdrawn", "case_reopened"]
    assert [event["kind"] for event in held["events"]] == kinds
