"""Sequences of a terminal and a hub with a fault between any two steps; the promises of sync hold after each."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from quick_hub import Fault
from sync_promises import holds, keeps_its_promises
from sync_world import World, quick_place

SEQUENCES = 3_000
PROCESSES = 4
STEPS = 20
PLACE = st.integers(0, 9)
SIZES = st.lists(st.sampled_from((0, 1, 900, 2_000)), max_size=2)
DIES_AFTER = st.one_of(st.just(0), st.integers(1, 60))
CLEAR = st.integers(0, 8)
"""Requests of a round that meet no fault: most faults end a round, and would hide those that come later in it."""
FAULTS = st.builds(
    lambda clear, faults: [(Fault.NONE, 0)] * clear + faults,
    CLEAR,
    st.lists(st.tuples(st.sampled_from(Fault), st.integers(0, 20)), max_size=4),
)


class SyncMachine(RuleBasedStateMachine):
    """What may happen to a terminal and a hub, in any order."""

    done: ClassVar[Counter[str]] = Counter()
    """What was done, over all machines of this process."""

    def __init__(self) -> None:
        """Begin with an empty terminal and an empty hub."""
        super().__init__()
        self.world = World(Path(mkdtemp(prefix="yizhan-sync-", dir=quick_place())))

    @initialize(sizes=SIZES, poison=st.booleans())
    def cases_lie_here(self, sizes: list[int], poison: bool) -> None:
        """Have backups of hub and terminal from between two cases, so that what follows can reach back.

        Perhaps the hub has refused another one.
        """
        self.world.take_in(sizes)
        if poison:
            self.world.take_in(sizes, poison=True)
        self.world.round()
        self.world.hub.back_up()
        self.world.is_backed_up()
        self.world.take_in(sizes)

    @rule(sizes=SIZES, poison=st.sampled_from((False, False, False, True)), dies_after=DIES_AFTER)
    def a_case_is_taken_in(self, sizes: list[int], poison: bool, dies_after: int) -> None:
        """Take in a case, and perhaps die meanwhile."""
        self.world.take_in(sizes, poison=poison, dies_after=dies_after)

    @rule(which=PLACE, sizes=SIZES, dies_after=DIES_AFTER)
    def a_case_goes_on(self, which: int, sizes: list[int], dies_after: int) -> None:
        """Correct, take back, go on, or rate."""
        self.world.follow(which, sizes, dies_after=dies_after)

    @rule(which=PLACE, sizes=SIZES, gives_up=st.booleans(), dies_after=DIES_AFTER)
    def a_refused_case_is_dealt_with(self, which: int, sizes: list[int], gives_up: bool, dies_after: int) -> None:
        """Put right what the hub refused, or take the case back."""
        if gives_up:
            self.world.give_up_a_refused_case(which, dies_after=dies_after)
        else:
            self.world.put_right_a_refused_case(which, sizes, dies_after=dies_after)

    @rule(person=st.booleans())
    def a_round_is_done(self, person: bool) -> None:
        """Do a round that meets no fault on its way."""
        self.world.round(person=person)

    @rule(faults=FAULTS, person=st.booleans(), dies_after=DIES_AFTER)
    def a_round_meets_faults(self, faults: list[tuple[Fault, int]], person: bool, dies_after: int) -> None:
        """Do a round on a bad road, and perhaps die meanwhile."""
        self.done.update(fault.name for fault, _ in faults if fault is not Fault.NONE)
        self.world.round(faults, person=person, dies_after=dies_after)

    @rule(which=PLACE)
    def a_request_arrives_late(self, which: int) -> None:
        """Let a request that was given up reach the hub, in any order with the others."""
        self.world.road.arrive_late(which)

    @rule(which=PLACE, asks=st.booleans())
    def the_hubs_people_work(self, which: int, asks: bool) -> None:
        """Let the clerk go on with all cases, or a department ask for something."""
        if asks:
            self.world.a_case_is_asked_about(which)
        else:
            self.world.the_clerk_works()

    @rule(what=st.sampled_from(("restart", "back up", "restore", "terms", "revoke", "allow")), which=PLACE)
    def something_happens_to_the_hub(self, what: str, which: int) -> None:
        """Restart it, restore it from a backup, let it want something else, or revoke the terminal's key."""
        self.done[f"hub: {what}"] += 1
        match what:
            case "restart":
                self.world.hub.restart()
            case "back up":
                self.world.hub.back_up()
            case "restore":
                self.world.the_hub_is_restored(which)
            case "terms":
                self.world.the_hub_changes_terms(which)
            case _:
                self.world.hub.set_key(revoked=what == "revoke")

    @rule(what=st.sampled_from(("kill", "back up", "restore", "full", "room")), which=PLACE)
    def something_happens_to_the_terminal(self, what: str, which: int) -> None:
        """Kill it, restore its database from a copy, or fill its disk."""
        self.done[f"terminal: {what}"] += 1
        match what:
            case "kill":
                self.world.is_killed()
            case "back up":
                self.world.is_backed_up()
            case "restore":
                self.world.is_restored(which)
            case _:
                self.world.disk_has_room(room=what == "room")

    @rule(seconds=st.sampled_from((1, 60, 4_000, 100_000)))
    def time_passes(self, seconds: int) -> None:
        """Let time go on."""
        self.world.time_passes(seconds)

    @rule(days=st.sampled_from((-3_000, -2, -0.1, -0.04, 0.04, 0.1, 2, 3_000)))
    def the_clock_is_moved(self, days: float) -> None:
        """Set the terminal's clock wrong."""
        self.world.clock_is_moved(days * 86_400)

    @invariant()
    def what_always_holds(self) -> None:
        """Check after each step."""
        holds(self.world)

    def teardown(self) -> None:
        """Heal all faults and check the promises."""
        try:
            self.world.heal(days=0)
            keeps_its_promises(self.world)
            self.world.heal()
            keeps_its_promises(self.world)
            self.done["sequences"] += 1
            states = self.world.rows("select state, count(*) as n from outbox group by state")
            self.done.update({f"events {row['state']}": row["n"] for row in states})
        finally:
            self.world.close()


def run(sequences: int, number: int, *, shrink: bool = True) -> Counter[str]:
    """Try so many sequences; `number` repeats the same ones. Gives what happened in them."""
    SyncMachine.done.clear()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    terms = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(number)(SyncMachine), settings=terms)
    return SyncMachine.done.copy()


def prove(_folder: Path, chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Try all sequences once, a share of them in each of a few processes."""
    shares = [(SEQUENCES // PROCESSES, chance.randrange(2**32)) for _ in range(PROCESSES)]
    done = Counter[str]()
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        for found in pool.map(_share, *zip(*shares, strict=True)):
            done += found
            say(f"{done['sequences']} sequences")
    return {_figure(name): count for name, count in sorted(done.items())}


def _share(sequences: int, number: int) -> Counter[str]:
    logging.getLogger("yizhan.hub").setLevel(logging.CRITICAL)  # its database fails on purpose, again and again
    return run(sequences, number)


def _figure(name: str) -> str:
    return name.lower().replace(": ", "_").replace(" ", "_")
