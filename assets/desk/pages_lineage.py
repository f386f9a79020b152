"""The lineage pages: tables, columns, figures, comparisons, and what is behind a statistic.

What is declared of tables and columns is open to every reader; figures, comparisons and the
reports behind a statistic are of companies, and reading them is logged.

Belongs here: one function a page. Does not: finding lineage (`graph`, `behind`).
"""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from assets.desk import behind, graph, statistics
from assets.desk.asking import Asked
from assets.desk.pages import missing
from warehouse.tables import TABLES
from warehouse.view import VIEWS


def index(request: Request) -> Response:
    """Every table by stage, with its rows."""
    asked = Asked(request)
    store = asked.desk.reading.store
    stages: dict[str, list[tuple[str, str, int]]] = {}
    counts = {name: store.row_count(name) for name in TABLES}
    for name, table in TABLES.items():
        stages.setdefault(table.stage, []).append((name, table.grain, counts[name]))
    views = [(name, view.meaning) for name, view in VIEWS.items()]
    return asked.page("lineage.html", stages=stages, views=views)


def table(request: Request) -> Response:
    """What a table was made from and what is made of it, column by column."""
    asked = Asked(request)
    name = request.path_params["table"]
    if not graph.is_known(name):
        return missing(asked, "missing.table", name)
    before, after = graph.neighbours(name)
    declared = TABLES.get(name)
    return asked.page(
        "lineage_table.html",
        name=name,
        meaning=graph.meaning(name),
        columns=[] if name in VIEWS else graph.columns_of(name),
        before=before,
        after=after,
        declared=declared,
        rows=asked.desk.reading.store.row_count(name) if declared else None,
        drawing=graph.table_drawing(name, asked.words),
    )


def column(request: Request) -> Response:
    """What a column was made from and what is made of it, to the last step."""
    asked = Asked(request)
    name, of = request.path_params["table"], request.path_params["column"]
    if not graph.is_known(name, of):
        return missing(asked, "missing.column", f"{name}.{of}")
    here = next(one for one in graph.columns_of(name) if one[0] == of)
    return asked.page(
        "lineage_column.html",
        name=name,
        column=here,
        before=graph.reached((name, of), graph.sources()),
        after=graph.reached((name, of), graph.uses()),
        drawing=graph.column_drawing(name, of, asked.words),
    )


def figure(request: Request) -> Response:
    """One company's figure: the fact and the bytes behind it, and what was made of it."""
    asked = Asked(request)
    if asked.must_say_who:
        return asked.ask_who()
    given = request.path_params
    with asked.desk.reading.connect() as con:
        found = behind.figure(con, given["cvr"], given["year"], given["concept"])
    if found is None:
        sought = f"{given['concept']} {given['year']} (CVR {given['cvr']})"
        return missing(asked, "missing.figure", sought)
    asked.log([given["cvr"]], f"figure {given['concept']} {given['year']}")
    return asked.page(
        "lineage_figure.html", one=found, drawing=behind.figure_drawing(found, asked.words)
    )


def check(request: Request) -> Response:
    """One comparison: the reports on each side, and the points it gave."""
    asked = Asked(request)
    if asked.must_say_who:
        return asked.ask_who()
    cvr, rule, subject = (asked.query.get(name, "") for name in ("cvr", "rule", "subject"))
    end = _day(asked.query.get("end", ""))
    found = None
    if end is not None:
        with asked.desk.reading.connect() as con:
            found = behind.check(con, cvr, rule, end, subject)
    if found is None:
        return missing(asked, "missing.check", f"{rule} (CVR {cvr})")
    asked.log([cvr], f"check {rule}")
    return asked.page(
        "lineage_check.html", one=found, drawing=behind.check_drawing(found, asked.words)
    )


def statistic(request: Request) -> Response:
    """The reports behind one cell of the statistics, whether it is published or kept back."""
    asked = Asked(request)
    if asked.must_say_who:
        return asked.ask_who()
    key = (
        asked.query.get("measure", ""), asked.number("year", 0), asked.query.get("industry", ""),
        asked.query.get("size", ""), asked.query.get("region", ""),
    )  # fmt: skip
    with asked.desk.reading.connect() as con:
        cell = statistics.cell(con, key)
        if cell is None:
            return missing(asked, "missing.cell", ", ".join(str(one) for one in key))
        found = statistics.behind(con, key, asked.number("page", 1))
        rules = statistics.judged(con, found.contributions)
    cvrs = dict.fromkeys(str(one["cvr"]) for one in found.contributions)
    asked.log(cvrs, f"statistic {key[0]} {key[1]}")
    return asked.page(
        "lineage_statistic.html", cell=cell, behind=found, rules=rules,
        drawing=behind.cell_drawing(cell, found, asked.words),
        address_of_page=asked.address_of_page,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
