"""The pre-fill: what the authority knows already for one company, kind of report and period.

Every value is told with where it comes from: the register, the law, or a report filed before.
Nothing is proposed that would have to be guessed: what no source says is not there.

Belongs here: gathering. Does not: who may ask (`desk`).

Source: momsloven §§ 54, 57; årsregnskabsloven §§ 138, 24 (last year's figures beside this year's).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assets.authority.service import annual_register
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.desk_filings import Filings
from assets.authority.service.events import SALES_LIST, VAT_RETURN
from assets.authority.service.periods import is_list_period
from assets.authority.service.register import Company
from assets.filings import eu_sales_list, vat_return
from xbrl.model import Context
from xbrl.read import read_bytes

REGISTER = "register"
GOODS = "MomsAngivelseEUSalgBeloebVarerBeloeb"
SERVICES = "MomsAngivelseEUSalgYdelseBeloeb"
_ENTITY = ("gsd:NameOfReportingEntity", "gsd:AddressOfReportingEntity")


@dataclass(frozen=True, slots=True)
class Known:
    """One thing known. `name`: the official field or concept, or our word for it; `source`:
    register, the law's paragraph, or the key of the report it was filed in.
    """

    name: str
    value: str
    source: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class Prefill:
    """What is known, gathered from one authority's register and stores."""

    filings: Filings

    def known(self, company: Company, report_type: str, start: date, end: date) -> list[Known]:
        """Everything known for that report of those days, in a fixed order."""
        found = [*_company(company), *self._filed(company, report_type, start, end)]
        if report_type == VAT_RETURN:
            found += [*_vat_duty(company, start, end), *self._last_return(company, start)]
            found += self._rubrik_b(company, start, end)
        elif report_type == SALES_LIST:
            found += self._last_buyers(company, start)
        else:
            found += [*_annual_duty(company, start, end), *self._last_report(company, start)]
        return found

    def _filed(self, company: Company, report_type: str, start: date, end: date) -> Iterator[Known]:
        """What is filed already for the very period, newest first."""
        for one in self.filings.filed(company):
            if (one.report_type, one.period_start, one.period_end) == (report_type, start, end):
                yield Known("indberettet", one.status, one.filing_key, _span(start, end))

    def _last_return(self, company: Company, start: date) -> Iterator[Known]:
        """The figures of the approved return of the period before."""
        found = [
            one
            for one in self.filings.authority.store.drafts(company.se_number)
            if one.state == "approved" and one.period_end < start
        ]
        if not found:
            return
        last = max(found, key=lambda one: (one.period_end, one.number))
        span = _span(last.period_start, last.period_end)
        for field, amount in vat_return.read(last.content).amounts.items():
            yield Known(f"forrige.{field}", str(amount), last.reference, span)

    def _rubrik_b(self, company: Company, start: date, end: date) -> Iterator[Known]:
        """Sums of the EU lists of the period, where they cover all of it: goods are Rubrik B
        varer and services Rubrik B ydelser; triangular trade is on the list only.
        """
        lists = [
            one
            for one in self.filings.authority.store.lists(company.se_number)
            if one.state == "current" and start <= one.period_start and one.period_end <= end
        ]
        spans = sorted((one.period_start, one.period_end) for one in lists)
        if not lists or not _covers(spans, start, end):
            return
        buyers = [buyer for one in lists for buyer in eu_sales_list.read(one.content).buyers]
        source = ", ".join(sorted(one.receipt_number for one in lists))
        yield Known(GOODS, str(sum(one.goods for one in buyers)), source, _span(start, end))
        yield Known(SERVICES, str(sum(one.services for one in buyers)), source, _span(start, end))

    def _last_buyers(self, company: Company, start: date) -> Iterator[Known]:
        """The buyers of the list before."""
        found = [
            one
            for one in self.filings.authority.store.lists(company.se_number)
            if one.state == "current" and one.period_end < start
        ]
        if not found:
            return
        last = max(found, key=lambda one: one.period_end)
        for buyer in eu_sales_list.read(last.content).buyers:
            span = _span(last.period_start, last.period_end)
            yield Known("koeber", f"{buyer.country}{buyer.vat_number}", last.receipt_number, span)

    def _last_report(self, company: Company, start: date) -> Iterator[Known]:
        """Last year's figures as filed: of the published report of the year before."""
        published = self.filings.annual.published(company.cvr)
        found = [one for one in published if one.period_end and one.period_end < start]
        if not found:
            return
        last = max(found, key=lambda one: (one.period_end or date.min, one.received_at))
        whole = self.filings.annual.of_case(last.case_number)
        if whole is not None:
            yield from _figures(whole)


def _company(company: Company) -> Iterator[Known]:
    """What the register says of the company."""
    told = {
        "cvrNummer": company.cvr, "seNummer": company.se_number, "navn": company.name,
        "virksomhedsform": company.legal_form, "branche": company.industry,
        "kommune": company.municipality,
    }  # fmt: skip
    for name, value in told.items():
        if value:
            yield Known(name, value, REGISTER)


def _vat_duty(company: Company, start: date, end: date) -> Iterator[Known]:
    frequency, due = company.frequency_of(start, end), company.due_date(start, end)
    if frequency is None or due is None:
        return
    yield Known("hyppighed", frequency, REGISTER)
    is_moved = end in company.due_dates
    yield Known("frist", due.isoformat(), REGISTER if is_moved else "momsloven § 57")


def _annual_duty(company: Company, start: date, end: date) -> Iterator[Known]:
    """Accounting class and due date of the fiscal year, by the duty that holds on its last day."""
    holding = [
        one
        for one in company.annual
        if one.valid_from <= end and (one.valid_to is None or start <= one.valid_to)
    ]
    if not holding:
        return
    duty = holding[-1]
    is_class_d = (duty.company_class or "").upper() == "D"
    if duty.company_class:
        yield Known("regnskabsklasse", duty.company_class, REGISTER)
    if duty.year_end:
        yield Known("regnskabsaarSlut", duty.year_end, REGISTER)
    due = annual_register.due_date(end, is_class_d=is_class_d)
    yield Known("frist", due.isoformat(), "årsregnskabsloven § 138 stk. 1")


def _figures(report: AnnualReport) -> Iterator[Known]:
    """Of the report as filed: the entity's name and address, then the numbers of its own year,
    without dimensions, in its order.
    """
    seen: set[str] = set()
    for one in read_bytes(report.content, "aarsrapport.xhtml"):
        for fact in one.facts.rows():
            context = one.contexts.get(fact.context_id or "")
            name = _name(fact.concept)
            if context is None or not fact.value or name in seen or context.dimensions:
                continue
            is_theirs = name.startswith(_ENTITY)
            is_figure = fact.unit_id is not None and context.period.end == str(report.period_end)
            if is_theirs or is_figure:
                seen.add(name)
                yield Known(name, fact.value, report.case_number, _of(context))


def _name(concept: str) -> str:
    """A concept by the prefix its taxonomy is known by: `fsa:Assets`."""
    namespace, _, local = concept.removeprefix("{").partition("}")
    return f"{namespace.rpartition('/')[2]}:{local}"


def _of(context: Context) -> str:
    period = context.period
    return f"{period.start}/{period.end}" if period.start else str(period.end)


def _covers(spans: list[tuple[date, date]], start: date, end: date) -> bool:
    """Whether the days follow one another from `start` to `end` without a gap."""
    next_day = start
    for first, last in spans:
        if first != next_day or not is_list_period(first, last):
            return False
        next_day = last + timedelta(days=1)
    return next_day == end + timedelta(days=1)


def _span(start: date, end: date) -> str:
    return f"{start}/{end}"
