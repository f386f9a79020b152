"""What the sandbox decides of an annual report: strict, in a fixed order, with codes and reasons.

Size, form and sender come first; then whether it is inline XBRL, whose it is, whether it is
valid XBRL by the taxonomy where that is installed, the authority's filing rules, the language,
the period, and whether the period is published already. A late report is accepted and marked.

Belongs here: the decision. Does not: HTTP (`annual_api`), rows (`annual_store`).

Source: årsregnskabsloven § 138; the authority's filing rules (`xbrl.rules`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assets.authority.service import annual_codes as codes
from assets.authority.service import annual_register
from assets.authority.service.annual_form import Form
from assets.authority.service.annual_store import AnnualReport, AnnualStore
from assets.authority.service.mandates import Mandates
from assets.authority.service.register import Register
from assets.intake.judging import Asked, Task, judge
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.read import is_inline, read_bytes

_GSD = "{http://xbrl.dcca.dk/gsd}"
_FSA = "{http://xbrl.dcca.dk/fsa}"
_CVR = f"{_GSD}IdentificationNumberCvrOfReportingEntity"
_START = f"{_GSD}ReportingPeriodStartDate"
_END = f"{_GSD}ReportingPeriodEndDate"
_CLASS = f"{_FSA}ClassOfReportingEntity"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SHOWN = 10

Reasons = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnnualAuthority:
    """The authority's desk for annual reports. `today` is the day rules are judged by, `clock`
    the moment things happen; `library`: the taxonomies it judges by, where there are any.
    """

    register: Register
    mandates: Mandates
    store: AnnualStore
    today: Callable[[], date]
    clock: Callable[[], datetime]
    library: Path | None

    def receive(self, sender: str, form: Form) -> AnnualReport | None:
        """Decide and store one submission of the organisation `sender`; None: its transaction
        id stands for another report already. The same one again is answered as before.
        """
        known = self.store.of_transaction(sender, form.transaction_id)
        if known is not None:
            return known if (known.content, known.cvr) == (form.content, form.cvr) else None
        instances = read_bytes(form.content, "aarsrapport.xhtml")
        said = _said(instances)
        period = _day(said.get(_START)), _day(said.get(_END))
        code, reasons = self._problem(sender, form, instances, said)
        published = self._of_period(form.cvr, period)
        now = self.clock()
        report = AnnualReport(
            case_number=self.store.next_case_number(now.year),
            sender=sender,
            transaction_id=form.transaction_id,
            cvr=form.cvr,
            period_start=period[0],
            period_end=period[1],
            content=form.content,
            code=code,
            reasons=reasons,
            is_late=self._is_late(period[1], said.get(_CLASS, "")),
            is_redone=code == codes.ACCEPTED and bool(published),
            received_at=now,
        )
        self.store.add(report)
        return report

    def _problem(
        self, sender: str, form: Form, instances: list[Instance], said: dict[str, str]
    ) -> tuple[int, Reasons]:
        """The code against it with its reasons, or that it is accepted, with what is warned of."""
        found = (
            _not_inline(form, instances)
            or self._not_theirs(sender, form, instances, said)
            or _wrong_language(instances)
        )
        if found is not None:
            return found
        judged = self._judged(form)
        warnings = _reasons([one for one in judged if one.severity is Severity.WARNING])
        return _not_valid(judged) or self._wrong_period(form, said) or (codes.ACCEPTED, warnings)

    def _not_theirs(
        self, sender: str, form: Form, instances: list[Instance], said: dict[str, str]
    ) -> tuple[int, Reasons] | None:
        if self.register.of_cvr(form.cvr) is None:
            return codes.UNREGISTERED, (("cvrNummer", form.cvr),)
        if not self.mandates.may_report(form.cvr, sender, "annual_report", self.today()):
            return codes.WRONG_COMPANY, ((sender, f"må ikke indberette for {form.cvr}"),)
        entities = {c.identifier for one in instances for c in one.contexts.values()}
        others = sorted(({said.get(_CVR, "")} | entities) - {form.cvr})
        if others:
            named = ", ".join(one or "ingen" for one in others)
            return codes.WRONG_COMPANY, (
                ("cvrNummer", f"{form.cvr}, men rapporten er for {named}"),
            )
        return None

    def _judged(self, form: Form) -> list[Problem]:
        """Everything our own engine finds: XBRL, the taxonomy where it is, the filing rules."""
        asked = Asked(self.library if self.library and self.library.is_dir() else None)
        return judge(Task("aarsrapport.xhtml", "", form.content, asked))

    def _wrong_period(self, form: Form, said: dict[str, str]) -> tuple[int, Reasons] | None:
        start, end = _day(said.get(_START)), _day(said.get(_END))
        if start is None or end is None or end < start or end >= self.today():
            return codes.PERIOD, (("periode", f"{start} – {end}"),)
        published = self._of_period(form.cvr, (start, end))
        if published and not self.register.is_redoing_allowed:
            return codes.DUPLICATE, (("sagsNummer", published[-1].case_number),)
        return None

    def _of_period(self, cvr: str, period: tuple[date | None, date | None]) -> list[AnnualReport]:
        """What is published of that company for days of that period."""
        start, end = period
        if start is None or end is None:
            return []
        return [
            one
            for one in self.store.published(cvr)
            if one.period_start and one.period_end
            and one.period_start <= end and start <= one.period_end
        ]  # fmt: skip

    def _is_late(self, end: date | None, company_class: str) -> bool:
        if end is None:
            return False
        is_class_d = company_class.strip().upper().endswith("D")
        return self.today() > annual_register.due_date(end, is_class_d=is_class_d)


def _not_inline(form: Form, instances: list[Instance]) -> tuple[int, Reasons] | None:
    """Whether it is anything but a page with facts in it."""
    if not is_inline(form.content):
        return codes.NOT_INLINE, (("indhold", "ikke en XHTML-side"),)
    if any(len(one.facts) for one in instances):
        return None
    problems = [problem for one in instances for problem in one.problems]
    return codes.NOT_INLINE, _reasons(problems) or (("indhold", "ingen oplysninger"),)


def _not_valid(judged: list[Problem]) -> tuple[int, Reasons] | None:
    errors = [one for one in judged if one.severity is Severity.ERROR]
    invalid = [one for one in errors if not one.code.startswith("DBA.")]
    if invalid:
        return codes.INVALID, _reasons(invalid)
    return (codes.BREAKS_RULES, _reasons(errors)) if errors else None


def _wrong_language(instances: list[Instance]) -> tuple[int, Reasons] | None:
    """§ 138 stk. 3: Danish or English."""
    for one in instances:
        for root in one.roots:
            language = root.get(_XML_LANG) or ""
            if language.lower().partition("-")[0] not in {"da", "en"}:
                return codes.LANGUAGE, (("xml:lang", language or "ikke angivet"),)
    return None


def _said(instances: Iterable[Instance]) -> dict[str, str]:
    """What the report says of itself: the first value of each such concept."""
    found: dict[str, str] = {}
    for concept, value in _values(instances):
        if concept in (_CVR, _START, _END, _CLASS) and value:
            found.setdefault(concept, value.strip())
    return found


def _values(instances: Iterable[Instance]) -> Iterator[tuple[str, str | None]]:
    for one in instances:
        yield from zip(one.facts.concept, one.facts.value, strict=True)


def _reasons(problems: list[Problem]) -> Reasons:
    """The first of them, each with its code."""
    shown = [(one.code, f"{one.message} [{one.where}]") for one in problems[:_SHOWN]]
    left = len(problems) - len(shown)
    return (*shown, ("…", f"og {left} mere")) if left > 0 else tuple(shown)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
