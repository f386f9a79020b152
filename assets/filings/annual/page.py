"""An annual report as one page: its sections in order, its style, its header.

Belongs here: the document around the sections. Does not: what stands in one
(`front`, `statements`, `notes`).
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from assets.filings.annual import layout
from assets.filings.annual.components import Components
from assets.filings.annual.front import Front
from assets.filings.annual.notes import Notes
from assets.filings.annual.places import places, word
from assets.filings.annual.rows import Report
from assets.filings.annual.statements import CURRENT, PREVIOUS, Statements
from assets.filings.annual.tagging import Tagger
from xbrl.writing.model import Fact, quoted, text


class Section(NamedTuple):
    """One section: its place in the contents and its markup."""

    id: str
    title: str
    markup: str


def write(report: Report) -> bytes:
    """The document's bytes.

    Raises: PermanentError where something the rows say finds no place on the page.
    """
    return _page(*_made(report))


def facts(report: Report) -> tuple[Tagger, list[Fact]]:
    """Every fact of the document in the order of the page, and what made them.

    Raises: as `write`.
    """
    tagger, _, _ = _made(report)
    return tagger, tagger.inline.facts


def _made(report: Report) -> tuple[Tagger, str, list[Section]]:
    tagger = Tagger(report)
    front = Front(tagger)
    cover = front.cover()
    sections = [one for one in _sections(tagger, front) if one.markup]
    front.hidden()
    _all_placed(tagger)
    return tagger, cover, sections


def _sections(tagger: Tagger, front: Front) -> list[Section]:
    """The report's parts in the order of the Act. Source: årsregnskabsloven §§ 17, 22, 31."""
    language = tagger.language
    notes = Notes(tagger, front)
    tables = Statements(tagger, notes.numbers)
    title, auditor = front.auditor()

    def named(key: str, markup: str) -> Section:
        return Section(key, word(key, language), markup)

    return [
        named("company", front.company()),
        named("statement", front.statement()),
        Section("auditor", title, auditor),
        named("review", front.review()),
        named("policies", front.policies()),
        named("income", _income(tables, language)),
        named("balance", _balance(tables, language)),
        named("equity", _equity(tables, language)),
        named("notes", notes.write()),
    ]


def _income(tables: Statements, language: str) -> str:
    form = layout.FORMS[tables.report.income_form]
    return tables.table(form, word("income", language), is_titled=True) + tables.table(
        "distribution", word("distribution", language)
    )


def _balance(tables: Statements, language: str) -> str:
    """Assets and liabilities, each on a page of its own."""
    assets = layout.FORMS[tables.report.balance_form]
    liabilities = tables.table(
        assets.replace("assets", "liabilities"), word("liabilities", language)
    )
    first = tables.table(assets, word("assets", language))
    return f'{first}<div class="page">{liabilities}</div>'


def _equity(tables: Statements, language: str) -> str:
    """This year's statement of changes in equity, and last year's where it is stated."""
    components = Components(tables.tagger)
    years = [one for one in (CURRENT, PREVIOUS) if components.members("equity_statement", one)]
    return "".join(
        components.write(
            "equity_statement",
            f"{word('equity', language)} {tables.year(where)}",
            where,
            is_titled=len(years) == 1,
        )
        for where in years
    )


def _all_placed(tagger: Tagger) -> None:
    """What the rows say and the page does not is never lost silently."""
    report = tagger.report
    for (concept, where), amount in report.amounts.items():
        if amount and (concept, where) not in tagger.placed:
            raise report.wrong(
                f"{concept} ({where.slug}) is {amount}, but it stands in no statement or note of "
                f"a report with the income statement by {report.income_form} and the balance "
                f"sheet in {report.balance_form} form"
            )
    for field, several in report.texts.items():
        for one in several:
            if one.text and (field, one.subject) not in tagger.said:
                why = "has no place on the page" if field in places() else "is no known field"
                number = f" (number {one.subject})" if one.subject else ""
                raise report.wrong(f"{field}{number} {why}")


def _page(tagger: Tagger, cover: str, sections: list[Section]) -> bytes:
    report, language = tagger.report, tagger.language
    title = " – ".join(
        one
        for one in (report.name, report.text("gsd:InformationOnTypeOfSubmittedReport"),
                    str(report.end.year)) if one
    )  # fmt: skip
    contents = "".join(f'<li><a href="#{one.id}">{text(one.title)}</a></li>' for one in sections)
    body = "\n".join(
        f'<div class="part" id="{one.id}"><h2>{text(one.title)}</h2>\n{one.markup}</div>'
        for one in sections
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" {tagger.inline.declarations()} \
xml:lang="{language}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/>
<title>{text(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<style type="text/css">
{_style(quoted(title))}</style>
</head>
<body>
<div style="display:none">
{tagger.inline.header()}
</div>
<div class="report">
{cover}
<div class="contents"><h2>{text(word("contents", language))}</h2><ol>{contents}</ol></div>
{body}
</div>
</body>
</html>
""".encode()


@cache
def _sheet() -> str:
    return (files(__package__) / "style.css").read_text(encoding="utf-8")


def _style(title: str) -> str:
    """The style sheet with the report's name at the foot of each page."""
    name = title.replace("\\", "\\5c ").replace("&quot;", "\\22 ")
    return _sheet().replace("REPORT-TITLE", name)
