"""From the sums of every cell to the rows that may be published.

Belongs here: one group of measures in one year. Does not: the sums (`cube.sql`), what says too
much (`sensitive`) or which cells it costs (`suppression`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from assets.authority.statistics import measures
from assets.authority.statistics.measures import Measure
from assets.authority.statistics.sensitive import FEW, NOTHING, Limits, Sum, reason, together
from assets.authority.statistics.suppression import COMPLEMENT, Key, Table, pattern


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of one measure: what its companies add up to, and their median."""

    sum: Sum
    median: Decimal | None = None


Cells = Mapping[str, Mapping[Key, Cell]]
"""By measure and place; a cell without companies is not there."""


@dataclass(frozen=True, slots=True)
class Published:
    """One row of table `statistic` but for its year; `companies` and `value` are None where
    `suppressed` says why.
    """

    measure: str
    key: Key
    companies: int | None
    value: Decimal | None
    unit: str
    suppressed: str | None


def publish(
    group: Sequence[Measure], cells: Cells, limits: Limits, also: Collection[Key] = ()
) -> Iterator[Published]:
    """Every cell of a group of measures, with those kept back that must be, and those in `also`."""
    added = [measure for measure in group if measure.how == measures.SUM]
    is_count = group[0].kind == "frequency"
    told = added[:1] if is_count else added  # the base: late reports of many companies are safe
    keys = sorted({key for measure in added for key in cells.get(measure.measure, {})})

    def sums(measure: Measure, some: Collection[Key]) -> Sum:
        found = cells.get(measure.measure, {})
        return together(found[key].sum for key in some if key in found)

    def said(some: Collection[Key]) -> str | None:
        reasons = (reason(sums(one, some), limits, is_count=is_count) for one in told)
        return next((one for one in reasons if one), None)

    weight = {key: sum(sums(one, [key]).companies for one in told) for key in keys}
    primary = {key: found for key in keys if (found := said([key]))}
    taken = {key: COMPLEMENT for key in also if key in weight} | primary
    kept = pattern(Table(weight, lambda some: said(some) is None), taken)
    for measure in group:
        for key in keys:
            if key in kept:
                yield Published(measure.measure, key, None, None, measure.unit, kept[key])
            else:
                yield _shown(measure, key, cells, told[0] if is_count else measure)


def _shown(measure: Measure, key: Key, cells: Cells, counted: Measure) -> Published:
    """A cell that is published; `counted`: the measure whose companies it is of."""
    name = measure.measure
    if measure.how == measures.RATIO:
        part, whole = (_sum(cells, one, key) for one in (measure.numerator, measure.denominator))
        companies = _sum(cells, counted.denominator or counted.measure, key).companies
        value = _rounded(part.value / whole.value, measure) if whole.value else None
        return Published(name, key, companies, value, measure.unit, None)
    cell = cells.get(name, {}).get(key, Cell(NOTHING))
    if measure.how == measures.MEDIAN:
        if cell.sum.companies < measures.MEDIAN_OF or cell.median is None:
            return Published(name, key, None, None, measure.unit, FEW)
        value = _rounded(cell.median, measure)
        return Published(name, key, cell.sum.companies, value, measure.unit, None)
    companies = _sum(cells, counted.measure, key).companies
    return Published(name, key, companies, _rounded(cell.sum.value, measure), measure.unit, None)


def _sum(cells: Cells, measure: str, key: Key) -> Sum:
    return cells.get(measure, {}).get(key, Cell(NOTHING)).sum


def _rounded(value: Decimal, measure: Measure) -> Decimal:
    """To the measure's decimals; a sum has no more øre than what was filed, and keeps them."""
    if measure.how == measures.SUM:
        return value
    return value.quantize(Decimal(1).scaleb(-measure.digits), ROUND_HALF_EVEN)
