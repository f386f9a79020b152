"""One company's annual report in whole kroner: statements, equity, notes, last year beside.

Belongs here: bringing one report's lines together, and the numbers people state. Does not: the
parts (`statements`, `equity`, `notes`, `comparatives`), sums over postings (the SQL files), the
arithmetic of rounding (`rounding`) or reading inputs (`inputs`).

Source: årsregnskabsloven bilag 2 and the paragraphs the parts name.
"""

from collections.abc import Iterable

from assets.reports.annual import comparatives, equity, forms, notes, statements
from assets.reports.annual.lines import Figures, Inputs, Line, Told
from assets.reports.annual.rounding import in_kroner, nearest
from assets.reports.annual.statements import all_leaves, leaves_of, totals_of


def reckon(given: Inputs) -> Figures:
    """The lines of one report: this year, last year, equity, and what is wrong with them."""
    problems: list[str] = []
    previous = comparatives.previous(given, problems)
    opening = comparatives.openings(given, previous, problems)
    parts = {
        concept: equity.component(given, concept, opening.get(concept, 0))
        for concept in equity.components(given)
    }
    year = statements.year_of(given.choice, given.items.get("", {}), parts)
    rounded = in_kroner(year)
    problems += statements.unbalanced(year)
    before = {concept for concept, line in previous.items() if line.amount}
    current = statements.lines_of(given.choice, "", year, rounded, before)
    lines = [
        *current,
        *equity.statement(given, rounded, opening),
        *equity.distributed(given, rounded),
        *notes.lines(given.items, {line.concept: line.amount for line in current}),
    ]
    shown = before | {line.concept for line in current}
    lines += [line for line in previous.values() if line.concept in shown]
    lines += comparatives.nothing(given.choice, previous, current)
    if given.previous_origin == "ledger":
        lines += notes.before(given.items, {key: line.amount for key, line in previous.items()})
    if given.previous_origin == "ledger" or _is_restated(given):
        lines += equity.distributed_before(previous)
    lines += _stated(given, {(line.subject, line.concept) for line in lines}, problems)
    return Figures(lines, problems)


def _stated(given: Inputs, there: set[tuple[str, str]], problems: list[str]) -> list[Line]:
    """Numbers that no ledger gives, this year's and last year's as filed."""
    reckoned = all_leaves(given.choice) | set(totals_of(given.choice))
    told = {
        ("previous", concept): one
        for concept, one in _beside(given, is_restated=_is_restated(given))
    } | dict(given.stated)
    lines = []
    for (subject, concept), one in sorted(told.items()):
        if (subject, concept) in there or concept == forms.DIVIDEND:
            if subject == "" and concept != forms.DIVIDEND:
                problems.append(
                    f"{concept} is stated as {one.amount}, but the books give it. Take it out of "
                    "the input file, or make an adjustment"
                )
        elif concept not in forms.signs() and concept != forms.EMPLOYEES:
            problems.append(f"{concept} is stated, but is no line of the annual report")
        elif concept not in reckoned or subject:
            lines.append(Line(subject, concept, one.amount, nearest(one.amount), one.origin,
                              one.source))  # fmt: skip
    return lines


def _beside(given: Inputs, *, is_restated: bool) -> Iterable[tuple[str, Told]]:
    """What last year's filing says besides its statements: employees, and how the result was
    made up of taxes and distributed, unless that result is restated.
    """
    distributed = {*forms.distribution().values(), *notes.tax_parts()}
    for concept, one in given.filed.items():
        if concept == forms.EMPLOYEES or (concept in distributed and not is_restated):
            yield concept, one


def _is_restated(given: Inputs) -> bool:
    """Whether last year's result is another than was filed."""
    income = leaves_of(given.choice).income
    return any(subject == "previous" and concept in income for subject, concept in given.stated)
