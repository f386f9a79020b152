"""Single figures both ways: the facts, reports and bytes behind one, and what was made of it.

Belongs here: questions about one figure, and its boxes for the drawing. Does not: declared
lineage of tables and columns (`graph`), or statistics' pages of reports (`statistics`).
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from assets.authority.cross.rules import figures
from assets.desk.company import Row
from assets.desk.database import Connection, row, rows
from assets.desk.drawing import Box, Drawing, Line, draw
from assets.desk.statistics import Behind
from assets.desk.words import Words

_CONCEPT = re.compile(r"[A-Z]\w+")
_VAT = "MomsAngivelse"
_CUT = 12
"""Contributions drawn; all of them stand in the table below the drawing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One company's figure of a year: its row, the fact and the report it is taken from, and the
    comparisons and statistics that report is part of.
    """

    figure: Row
    fact: Row | None
    document: Row | None
    filing: Row | None
    used: list[Row]


def figure(con: Connection, cvr: str, year: int, concept: str) -> Figure | None:
    """The figure that counts for a fiscal year: the company's own, else its group's."""
    found = row(
        con,
        "SELECT * FROM company_figure WHERE entity_identifier = ? AND concept = ? "
        "AND fiscal_year = ? ORDER BY list_position(['solo', 'unstated', 'consolidated'], basis)",
        [cvr, concept, year],
    )
    if found is None:
        return None
    place = [found["filing_id"], found["target"]]
    filing = row(
        con,
        "SELECT filing_key, received_at FROM received_filing WHERE cvr = ? AND filing_id = ? "
        "ORDER BY received_at DESC",
        [cvr, found["filing_id"]],
    )
    return Figure(
        figure=found,
        fact=row(
            con,
            "SELECT file, line, written FROM xbrl_fact "
            "WHERE filing_id = ? AND target = ? AND concept = ? "
            "AND entity_identifier = ? AND fact_index = ?",
            [*place, concept, cvr, found["fact_index"]],
        ),
        document=row(
            con,
            "SELECT file, byte_count, verdict FROM xbrl_filing "
            "WHERE entity_identifier = ? AND filing_id = ? AND target = ?",
            [cvr, *place],
        ),
        filing=filing,
        used=_used(con, cvr, filing, concept) if filing is not None else [],
    )


def _used(con: Connection, cvr: str, filing: Row, concept: str) -> list[Row]:
    """The comparisons of its report, of those of single figures the one of this concept; of the
    statistics those that read this very concept.
    """
    others = [one.words for one in figures() if one.concept != concept]
    return rows(
        con,
        "SELECT 'check' AS kind, rule AS name, cvr, period_end, subject, NULL AS year, "
        "NULL AS amount FROM cross_check_filing WHERE cvr = $cvr AND filing_key = $key "
        "AND subject NOT IN (SELECT unnest($others::VARCHAR[])) "
        "UNION ALL SELECT 'statistic', measure, cvr, NULL, concept, year, contribution "
        "FROM statistic_filing WHERE cvr = $cvr AND filing_key = $key "
        "AND concept IN ($concept, '') ORDER BY ALL",
        {"key": filing["filing_key"], "concept": concept, "cvr": cvr, "others": others},
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison with the reports on each side of it."""

    check: Row
    reports: list[Row]


def check(con: Connection, cvr: str, rule: str, end: date, subject: str) -> Check | None:
    """A comparison by its key."""
    key = [cvr, rule, end, subject]
    where = "WHERE cvr = ? AND rule = ? AND period_end = ? AND subject = ?"
    found = row(con, f"SELECT * FROM cross_check {where}", key)
    if found is None:
        return None
    sides = rows(
        con,
        f"SELECT side, filing_key FROM cross_check_filing {where} ORDER BY side DESC, filing_key",
        key,
    )
    known = (
        {
            one["filing_key"]: one
            for one in rows(
                con,
                "SELECT filing_key, report_type, period_start, period_end, status, filing_id "
                f"FROM received_filing WHERE filing_key IN ({', '.join('?' * len(sides))})",
                [one["filing_key"] for one in sides],
            )
        }
        if sides
        else {}
    )
    return Check(found, [{**one, **known.get(one["filing_key"], {})} for one in sides])


def figure_drawing(one: Figure, words: Words) -> Drawing:
    """Bytes → fact → figure → what was made of it."""
    cvr, concept = str(one.figure["entity_identifier"]), str(one.figure["concept"])
    known_as = str(one.figure["filing_id"])
    key = str(one.filing["filing_key"]) if one.filing else ""
    report = Box(
        "report", words("lineage.report"), filing_href(key) if key else "",
        (Line("bytes", f"SHA-256 {known_as[:16]}…"),), subtitle=key,
    )  # fmt: skip
    place = f"{one.fact['file']}:{one.fact['line']}" if one.fact else ""
    number = one.figure["fact_index"]
    fact = Box(
        "fact", words("lineage.fact", number=number),
        f"{filing_href(key)}/facts?fact={number}#fact-{number}" if key else "",
        (Line("place", place),) if place else (), subtitle=concept,
    )  # fmt: skip
    amount = words.number(one.figure["amount"])
    focus = Box(
        "figure", f"{concept} {one.figure['fiscal_year']}", "",
        (Line("amount", f"{amount} {unit(one.figure['unit'])}"),), "focus", f"CVR {cvr}",
    )  # fmt: skip
    made = _made_of(one.used, words)
    columns: list[tuple[str, list[Box]]] = [
        (words("lineage.report"), [report]),
        (words("lineage.fact_heading"), [fact]),
        (words("lineage.figure"), [focus]),
    ]
    if made:
        columns.append((words("lineage.to"), made))
    edges = [("bytes", "fact"), ("place" if place else "fact", "figure")]
    return draw(columns, edges + [("amount", box.key) for box in made])


def _made_of(used: list[Row], words: Words) -> list[Box]:
    """A box for each comparison or statistic; of several of one kind, one box with a line each."""
    kinds: dict[tuple[str, str], list[Row]] = {}
    for use in used:
        kinds.setdefault((str(use["kind"]), str(use["name"])), []).append(use)
    return [
        Box(f"use{at}", words.of("rule" if kind == "check" else "measure", name),
            use_href(found[0]) if len(found) == 1 else "",
            tuple(Line(f"use{at}-{place}", _use_in_words(use), use_href(use))
                  for place, use in enumerate(found) if len(found) > 1),
            subtitle=words(f"lineage.{kind}"))
        for at, ((kind, name), found) in enumerate(kinds.items())
    ]  # fmt: skip


def _use_in_words(use: Row) -> str:
    """What tells a use from others of its kind."""
    when = use["year"] if use["year"] is not None else use["period_end"]
    return f"{use['subject']} {when}".strip() if use["kind"] == "check" else str(when)


def cell_drawing(cell: Row, behind: Behind, words: Words) -> Drawing:
    """Reports → the largest contributions → the cell."""
    some = behind.contributions[:_CUT]
    reports = Box(
        "reports", words("lineage.reports"), "",
        tuple(Line(f"r{at}", str(one["filing_key"]), filing_href(str(one["filing_key"])))
              for at, one in enumerate(some) if one["filing_key"]),
    )  # fmt: skip
    parts = Box(
        "parts", words("lineage.contributions"), "",
        tuple(Line(f"p{at}", f"{one['concept'] or '1'}: {words.number(one['contribution'])}",
                   contribution_href(one)) for at, one in enumerate(some)),
        subtitle=words("lineage.of", shown=len(some), count=words.number(behind.count)),
    )  # fmt: skip
    value = words("statistics.suppressed") if cell["suppressed"] else words.number(cell["value"])
    focus = Box(
        "cell", words.of("measure", cell["measure"]), "",
        (Line("value", value),), "focus", f"{cell['year']}",
    )  # fmt: skip
    edges = [(line.key, f"p{line.key[1:]}") for line in reports.lines]
    edges += [(f"p{at}", "value") for at in range(len(some))]
    return draw(
        [
            (words("lineage.from"), [reports] if reports.lines else []),
            (words("lineage.contributions"), [parts]),
            (words("lineage.statistic"), [focus]),
        ],
        edges,
    )


def check_drawing(one: Check, words: Words) -> Drawing:
    """The reports of both sides → the comparison → the score."""
    sides = []
    edges = []
    for side in ("stated", "expected"):
        of_side = [report for report in one.reports if report["side"] == side]
        lines = tuple(
            Line(f"{side}{at}", str(report["filing_key"]), filing_href(str(report["filing_key"])))
            for at, report in enumerate(of_side)
        )
        if lines:
            sides.append(Box(side, words(f"check.{side}"), "", lines,
                             subtitle=words.number(one.check[side])))  # fmt: skip
            edges += [(line.key, side + "_amount") for line in lines]
    amounts = tuple(
        Line(f"{side}_amount", f"{words(f'check.{side}')}: {words.number(one.check[side])}")
        for side in ("stated", "expected")
    )
    focus = Box("check", words.of("rule", one.check["rule"]), "", amounts, "focus")
    score = Box(
        "score", words("company.score"), f"/company/{one.check['cvr']}#score",
        (Line("points", words("check.points", points=one.check["points"])),),
    )  # fmt: skip
    columns = [(words("lineage.from"), sides), (words("lineage.check"), [focus]),
               (words("lineage.to"), [score])]  # fmt: skip
    return draw([column for column in columns if column[1]], [*edges, ("check", "points")])


def filing_href(key: str) -> str:
    """The page of a report."""
    return f"/filing/{quote(key, safe='')}"


def figure_href(cvr: object, year: object, concept: object) -> str:
    """The page of a figure."""
    return f"/lineage/figure/{quote(str(cvr))}/{year}/{quote(str(concept))}"


def contribution_href(one: Row) -> str:
    """Where a contribution was read from: the figure, else the report; empty where neither is.

    What counts duties has no report where none was filed, and names a period for a concept.
    """
    concept = str(one["concept"])
    if one["filing_id"] and _CONCEPT.fullmatch(concept) and not concept.startswith(_VAT):
        return figure_href(one["cvr"], one["year"], concept)
    return filing_href(str(one["filing_key"])) if one["filing_key"] else ""


def check_href(one: Row) -> str:
    """The page of a comparison; `one` has cvr, period_end, subject, and rule or name."""
    asked = {"cvr": one["cvr"], "rule": one.get("rule") or one["name"],
             "end": one["period_end"], "subject": one["subject"]}  # fmt: skip
    return f"/lineage/check?{urlencode(asked)}"


def cell_href(one: Row) -> str:
    """The page of what is behind a cell."""
    names = ("measure", "year", "industry", "size", "region")
    return f"/lineage/statistic?{urlencode({name: one[name] for name in names})}"


def use_href(use: Row) -> str:
    """The page of something a report is part of."""
    if use["kind"] == "check":
        return check_href(use)
    return f"/statistics?{urlencode({'measure': use['name'], 'year': use['year']})}"


def unit(canonical: object) -> str:
    """A unit as people write it.

    >>> unit("iso4217:DKK"), unit("xbrli:pure"), unit(None)
    ('DKK', '', '')
    """
    return str(canonical or "").removeprefix("iso4217:").replace("xbrli:pure", "")
