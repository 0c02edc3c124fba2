"""The pages for the hub's staff, also before a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hub_rigs import QUICK, STAFF_KEY, TERMINAL, RunningHub, identity, running_hub
from hub_talk import case, event, told
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import create_engine, text
from store_rigs import SetClock, file_of

from kiosk.packets.events import rating_given_payload
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient

LET_IN = {"yizhan-staff": STAFF_KEY}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub that holds nothing yet."""
    with running_hub(tmp_path) as running:
        yield running


@pytest.fixture
def pair(hub: RunningHub) -> tuple[OutboxEntry, OutboxEntry]:
    """Deliver two cases of one deceased; the first still owes a file."""
    one, other = case(file_of(100)), case()
    client = HubClient(hub.url, identity(), "0.1.0", SetClock(), timeouts=QUICK)
    assert [result.status for result in told(client, one, other)] == ["received", "received"]
    client.close()
    return one, other


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """Open a browser without a window."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert program, "no browser: `python3 dev.py setup` installs it"
    assert driver, "the browser cannot be driven: `python3 dev.py setup` installs what does it"
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for switch in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "window-size=1366,900",
        "force-device-scale-factor=1",
    ):
        options.add_argument(f"--{switch}")
    options.add_argument(f"--user-data-dir={tmp_path / 'profile'}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options, Service(driver))
    try:
        yield opened
    finally:
        opened.quit()


def decisions(hub: RunningHub) -> list[str | None]:
    """Read what was decided."""
    engine = create_engine(hub.database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT decision FROM possible_duplicates")).scalars().all()
    engine.dispose()
    return list(found)


@pytest.mark.timeout(90)
def test_staff_find_a_case_and_decide_a_pair(
    hub: RunningHub, pair: tuple[OutboxEntry, OutboxEntry], browser: webdriver.Chrome
) -> None:
    """From the list to a case, then to the pair side by side, one click, and it is gone; nobody is shown in full."""
    one, other = pair
    browser.get(f"{hub.url}/staff?key={STAFF_KEY}")
    assert browser.current_url == f"{hub.url}/staff"
    rows = browser.find_elements(By.CSS_SELECTOR, "tbody tr")
    assert len(rows) == 2
    assert "1" in browser.find_element(By.ID, "backlog").text
    shown = browser.page_source
    rows[0].find_element(By.TAG_NAME, "a").click()
    WebDriverWait(browser, 10).until(lambda page: "/staff/cases/" in page.current_url)
    assert browser.find_elements(By.TAG_NAME, "table")
    shown += browser.page_source
    browser.find_element(By.LINK_TEXT, "疑似重复 1").click()
    WebDriverWait(browser, 10).until(lambda page: page.current_url.endswith("/staff/duplicates"))
    sides = browser.find_elements(By.CSS_SELECTOR, ".pair > section")
    boxes = [side.rect for side in sides]
    assert len(boxes) == 2
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    shown += browser.page_source
    browser.find_element(By.XPATH, "//button[.='不是同一件']").click()
    WebDriverWait(browser, 10).until(lambda page: not page.find_elements(By.CLASS_NAME, "pair"))
    assert decisions(hub) == ["different"]
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]  # so it ships
    for person in ("测试逝者", "370100194001019991"):
        assert person.encode() in one.payload
        assert person not in shown
    assert other.case_id in shown


@pytest.mark.parametrize(
    "place", ["", "/departments", "/terminals", "/duplicates", "/ratings", "/cases/x", "/cases/%00"]
)
def test_pages_answer_only_under_this_machines_name(hub: RunningHub, place: str) -> None:
    """A site that points its own name at this machine gets nothing."""
    answer = requests.get(f"{hub.url}/staff{place}", cookies=LET_IN, headers={"Host": "evil.example"}, timeout=5)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "header", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]
)
def test_what_a_gateway_passes_on_is_refused(hub: RunningHub, header: str) -> None:
    """Also when it is on this machine, sends this machine's name, and has the key."""
    for path in ("/staff", f"/staff?key={STAFF_KEY}"):
        answer = requests.get(f"{hub.url}{path}", cookies=LET_IN, headers={header: "127.0.0.1"}, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (403, "staff_only_here")


@pytest.mark.parametrize(
    "place", ["", "/departments", "/terminals", "/duplicates", "/ratings", "/cases/x", "?key=", "?key=wrong"]
)
def test_pages_answer_only_who_opened_the_printed_link(hub: RunningHub, place: str) -> None:
    """A gateway that says nothing of itself brings nobody in."""
    for cookies in ({}, {"yizhan-staff": "wrong"}, {"yizhan-staff": ""}):
        answer = requests.get(f"{hub.url}/staff{place}", cookies=cookies, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (403, "staff_key_wanted")


def test_the_printed_link_lets_one_browser_in(hub: RunningHub) -> None:
    """The cookie is out of reach of scripts and other sites, and the key does not stay in the address."""
    answer = requests.get(f"{hub.url}/staff?key={STAFF_KEY}", allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff")
    assert answer.headers["Set-Cookie"] == f"yizhan-staff={STAFF_KEY}; Path=/staff; HttpOnly; SameSite=Strict"
    decision = requests.post(f"{hub.url}/staff/duplicates", data={}, headers={"Origin": hub.url}, timeout=5)
    assert decision.status_code == 403


def test_every_page_shows_its_rows_and_runs_no_script(hub: RunningHub, pair: tuple[OutboxEntry, OutboxEntry]) -> None:
    """Departments with their matters, terminals with version and what they owe; nothing from elsewhere may load."""
    terminals = requests.get(f"{hub.url}/staff/terminals", cookies=LET_IN, timeout=5)
    assert f"<td>{TERMINAL}</td><td>0.1.0</td>" in terminals.text
    assert "<td>1</td><td>100</td>" in terminals.text
    assert "default-src 'none'" in terminals.headers["Content-Security-Policy"]
    departments = requests.get(f"{hub.url}/staff/departments", cookies=LET_IN, timeout=5).text
    assert "<td>公安</td><td>已收件</td><td>6</td><td>0</td>" in departments
    number = hub.contents()["cases"][0]["case_number"]
    assert requests.get(f"{hub.url}/staff?number={number}", cookies=LET_IN, timeout=5).text.count("<tr>") == 2
    assert requests.get(f"{hub.url}/staff/cases/{pair[0].case_id}", cookies=LET_IN, timeout=5).status_code == 200
    assert requests.get(f"{hub.url}/staff/cases/unknown", cookies=LET_IN, timeout=5).status_code == 404


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
def test_another_sites_form_decides_nothing(
    hub: RunningHub, pair: tuple[OutboxEntry, OutboxEntry], origin: str | None
) -> None:
    """403, and the pair stays open; from our own page an unknown pair or decision is a 409."""
    one, other = pair
    form = {"case_id": other.case_id, "other_case_id": one.case_id, "decision": "same"}
    headers = {} if origin is None else {"Origin": origin}
    answer = requests.post(f"{hub.url}/staff/duplicates", cookies=LET_IN, data=form, headers=headers, timeout=5)
    assert answer.status_code == 403
    own = {"Origin": hub.url}
    for wrong in (form | {"decision": "maybe"}, form | {"case_id": one.case_id}, form | {"case_id": "\0"}, {}):
        answer = requests.post(f"{hub.url}/staff/duplicates", cookies=LET_IN, data=wrong, headers=own, timeout=5)
        assert answer.status_code == 409
    assert decisions(hub) == [None]


def test_what_was_done_about_a_low_rating_is_said_once_and_told_to_its_terminal(hub: RunningHub) -> None:
    """The unanswered one bears a form; an empty answer is refused, a second one changes nothing."""
    client, entry = HubClient(hub.url, identity(), "0.1.0", SetClock(), timeouts=QUICK), case()
    payload = rating_given_payload("X", 2, "等得太久", "2026-11-18T02:00:00.000Z")
    told(client, entry, event("rating_given", entry.case_id, 2, payload))
    shown = requests.get(f"{hub.url}/staff/ratings", cookies=LET_IN, timeout=5).text
    assert "差评整改 1" in shown
    assert "<td>不满意</td><td>等得太久</td>" in shown
    for said, status in ((" ", 422), ("已当面说明", 200), ("又说一遍", 200)):
        form = {"case_id": entry.case_id, "answer": said}
        place = f"{hub.url}/staff/ratings"
        answer = requests.post(place, cookies=LET_IN, data=form, headers={"Origin": hub.url}, timeout=5)
        assert answer.status_code == status
    assert "<form" not in requests.get(f"{hub.url}/staff/ratings", cookies=LET_IN, timeout=5).text
    news = [json.loads(bytes(line.body)) for line in client.changes("").changes if line.kind == "rating_handled"]
    assert [body.get("answer") for body in news] == [None, "已当面说明"]
    client.close()


def test_what_a_terminal_sends_is_text_and_never_markup(hub: RunningHub) -> None:
    """A search is shown as it was typed, not run."""
    shown = requests.get(
        f"{hub.url}/staff", cookies=LET_IN, params={"number": '"><script>alert(1)</script>'}, timeout=5
    ).text
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
