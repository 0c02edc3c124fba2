"""What the staff's pages are made of: tables, links, forms and words; whatever is not markup already is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from kiosk.clock import local, parse
from sync.hub.problems import words

STYLE = """
body { margin: 0; font: 16px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1d2b36 }
html { background: #f5f7f8 }
header { background: #14506b; color: #fff; padding: 12px 32px; display: flex; gap: 32px; align-items: baseline }
header a { color: #fff; text-decoration: none } header a[aria-current] { border-bottom: 3px solid #fff }
main { padding: 24px 32px; max-width: 1400px } h1 { font-size: 24px; margin: 0 0 16px } h2 { font-size: 18px }
table { border-collapse: collapse; background: #fff; width: 100% }
th, td { text-align: left; padding: 8px 12px; border-bottom: 1px solid #d8e0e4; vertical-align: top }
th { background: #e8eef1; font-weight: 600 } a { color: #14506b } .empty { color: #5b6b76 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin: 0 0 12px }
.pair > section { background: #fff; padding: 8px 16px } form { margin: 0 0 32px }
td form { margin: 0; display: flex } td input { flex: 1; min-width: 0 }
button, input { font: inherit; padding: 8px 20px; margin-right: 12px } dt { color: #5b6b76 }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)) } dd { margin: 0 0 8px }
"""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Html:
    """Write a table under the words of its headings; words in its place when it has no rows."""
    if not rows:
        return Html(f'<p class="empty">{word("none")}</p>')
    head = "".join(f"<th>{word(name)}</th>" for name in headings)
    body = "".join("<tr>" + "".join(f"<td>{safe(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return Html(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def link(address: str, label: str) -> Html:
    """Write a link."""
    return Html(f'<a href="{escape(address)}">{escape(label)}</a>')


def form(address: str, hidden: Mapping[str, str], shown: str) -> Html:
    """Write a form that sends these values with what is shown in it."""
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items())
    return Html(f'<form method="post" action="{escape(address)}">{kept}{shown}</form>')


def safe(value: object) -> str:
    """Give a value as markup."""
    return value if isinstance(value, Html) else escape(str(value))


def word(name: str) -> str:
    """Give a word of the pages as markup."""
    return escape(words(f"page_{name}"))


def state(name: str) -> str:
    """Give the word of a case's or a matter's state."""
    return words(f"state_{name}")


def when(moment: str | None) -> str:
    """Write a moment in China's time, as it came when it is none."""
    if not moment:
        return "—"
    try:
        return f"{local(parse(moment)):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return moment
