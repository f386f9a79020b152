"""The dry run: what filing a report would answer, without filing it.

The same functions judge as when it is filed (`vat_intake`, `list_intake`, `annual_judging`), so
a report without an error here is accepted there, and the other way round. More is told than
filing tells: every error and not only the first, and what is worth knowing though it stops
nothing (a warning or a note).

Belongs here: findings. Does not: any rule of its own, HTTP (`desk_api`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from assets.authority.service import annual_codes, answers, list_intake, vat_intake
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_judging import AnnualTask
from assets.authority.service.annual_rows import AnnualReport, Judged
from assets.authority.service.answers import FaultError
from assets.authority.service.events import SALES_LIST, VAT_RETURN
from assets.authority.service.register import Company
from assets.authority.service.rules import Authority
from assets.authority.service.taking import delegating
from assets.deliveries import skat_codes, skat_messages, skat_schemas
from assets.filings import eu_sales_list, vat_return
from quality.finding import Severity
from warehouse.errors import PermanentError
from xbrl.problem import Problem

_ABOUT = {
    507: vat_return.TOTAL, 4801: "VirksomhedSENummerIdentifikator",
    4802: "AngivelsePeriodeTilDato", 4803: "AngivelsePeriodeTilDato",
    4804: "AngivelsePeriodeTilDato",
}  # fmt: skip
_ENGLISH = {
    9001: "the buyer's VAT number cannot be valid",
    9002: "the buyer is listed more than once",
    9003: "all amounts of the buyer are zero",
    9004: "the currency must be DKK",
}
_LINE = re.compile(r"ListeAngivelseLinie(?:\[(\d+)\])?")
_RECORD = re.compile(r"record (\d+)")

Judge = Callable[[AnnualTask], tuple[Judged, list[Problem]]]


@dataclass(frozen=True, slots=True)
class Told:
    """One finding. `path`: an XPath, or file:line; `danish`, `english`: what was expected and
    found.
    """

    severity: Severity
    rule: str
    path: str
    danish: str
    english: str


@dataclass(frozen=True, slots=True)
class Checker:
    """Dry runs by one authority, whose `judge` judges annual reports."""

    authority: Authority
    annual: AnnualAuthority
    judge: Judge

    def of_return(self, sender: str, content: bytes) -> list[Told]:
        """A VAT return, as the `Angivelse` its filing holds."""
        try:
            root = skat_schemas.parse(content)
            wrong = vat_return.shape(root)
            if wrong:
                return [_shaped(root, path, words) for path, words in wrong]
            filed = vat_return.read(content)
        except PermanentError as error:
            return [_unreadable(str(error))]
        company = delegating(self.authority, filed.se_number, sender, VAT_RETURN)
        found = vat_intake.problems(company, filed, self.authority.today())
        told = [_coded(code, _path(root, _ABOUT[code])) for code in found]
        if company is not None:
            told += self._beside(company, filed, root)
        return told

    def _beside(
        self, company: Company, filed: vat_return.VatReturn, root: etree._Element
    ) -> Iterator[Told]:
        """What is worth knowing of a return, though it stops nothing."""
        period = (filed.period_start, filed.period_end)
        due, today = company.due_date(*period), self.authority.today()
        at = _path(root, "AngivelsePeriodeTilDato")
        if due is not None and due < today:
            yield _late(at, due, today)
        for one in self.authority.store.drafts(filed.se_number):
            if (one.period_start, one.period_end) != period:
                continue
            if one.state == "approved":
                yield Told(
                    Severity.NOTE, "correction", at, f"Efterangivelse til {one.reference}",
                    f"a correction of the approved return {one.reference}",
                )  # fmt: skip
            elif one.state == "waiting":
                yield Told(
                    Severity.NOTE, "replaces", at, f"Erstatter kladden {one.reference}",
                    f"takes the place of the draft {one.reference}, which waits for approval",
                )  # fmt: skip

    def of_list(self, sender: str, content: bytes, start: date) -> list[Told]:
        """An EU sales list, as the agency's file; `start`: the first day it covers."""
        told = [_of_file(one.rule, one.where, one.message, one.severity)
                for one in eu_sales_list.validate(content)
                if one.rule in _WHOLE]  # fmt: skip
        if any(one.severity is Severity.ERROR for one in told):
            return told
        try:
            message = skat_messages.sales_list(content, start, "dry-run", self.authority.clock())
            payload = etree.fromstring(etree.tostring(message))
            wrong = skat_schemas.located(payload)
            if wrong:
                return told + [_of_line(path, words) for path, words in wrong]
            listed, first = list_intake.read_list(payload)
        except (PermanentError, FaultError) as error:
            return [*told, _unreadable(str(error))]
        company = delegating(self.authority, listed.se_number, sender, SALES_LIST)
        found = list_intake.problems(listed, first, payload, company, self.authority.today())
        told += [_coded(code, "list:1", why) for code, why in found.items() if code < 9001]
        told += [_coded(code, f"list:{place + 1}", name)
                 for place, name, code in list_intake.buyer_codes(listed)]  # fmt: skip
        return told

    def of_report(self, sender: str, cvr: str, content: bytes) -> list[Told]:
        """An annual report, as the inline XBRL page it is filed as."""
        now = self.annual.clock()
        judged, problems = self.judge(self.annual.task(_unfiled(sender, cvr, content, now)))
        told = [_problem(one) for one in problems]
        if judged.code == annual_codes.ACCEPTED:
            told += self._published(cvr, judged)
        elif not problems:
            told += _answered(judged.code, judged.reasons)
        if judged.is_late:
            text = "Rapporten er for sent indsendt og bliver markeret som sådan"
            told.append(
                Told(Severity.WARNING, "late", "aarsrapport.xhtml", text,
                     "the report is late, and is marked so when it is filed")
            )  # fmt: skip
        return told

    def _published(self, cvr: str, judged: Judged) -> Iterator[Told]:
        """That a report of the days is published already: an error unless it may be redone."""
        start, end = judged.period_start, judged.period_end
        if start is None or end is None:
            return
        for one in self.annual.store.published(cvr):
            if one.period_start and one.period_end and (
                one.period_start <= end and start <= one.period_end
            ):  # fmt: skip
                is_allowed = self.annual.register.is_redoing_allowed
                yield Told(
                    Severity.NOTE if is_allowed else Severity.ERROR, str(annual_codes.DUPLICATE),
                    "aarsrapport.xhtml",
                    f"{annual_codes.TEXTS[annual_codes.DUPLICATE]}: {one.case_number}"
                    if not is_allowed else f"Omgørelse af {one.case_number}",
                    f"a report of days in the period is published as {one.case_number}",
                )  # fmt: skip


_WHOLE = ("eu_sales_list.format", "eu_sales_list.empty", "eu_sales_list.total")
"""What is judged of the file itself; buyers are judged by the service's own codes."""


def _unfiled(sender: str, cvr: str, content: bytes, now: datetime) -> AnnualReport:
    return AnnualReport(
        "", sender, "", cvr, None, None, content, annual_codes.PENDING, (), False, False, now
    )


def _answered(code: int, reasons: tuple[tuple[str, str], ...]) -> list[Told]:
    """A code that no single rule of XBRL or of the filing rules stands behind."""
    path, words = "aarsrapport.xhtml", annual_codes.TEXTS[code]
    return [
        Told(Severity.ERROR, str(code), path, f"{words}: {kind} {why}", f"{kind}: {why}")
        for kind, why in reasons or (("", ""),)
    ]


def _problem(one: Problem) -> Told:
    is_error = one.severity.value == Severity.ERROR.value
    danish = "Rapporten bryder reglen" if is_error else "Rapporten afviger fra reglen"
    words = f"{one.message} {one.remedy}".strip()
    return Told(Severity(one.severity.value), one.code, one.where, f"{danish} {one.code}", words)


def _coded(code: int, path: str, about: str = "") -> Told:
    known = skat_codes.CODES.get(code)
    english = known.meaning if known else _ENGLISH[code]
    of_it = f": {about}" if about else ""
    return Told(Severity.ERROR, str(code), path, answers.TEXTS[code] + of_it, english + of_it)


def _late(path: str, due: date, today: date) -> Told:
    return Told(
        Severity.WARNING, "late", path, f"Fristen var {due}; i dag er {today}",
        f"the due date was {due}; today is {today}",
    )  # fmt: skip


def _unreadable(words: str) -> Told:
    return Told(Severity.ERROR, "unreadable", "/", "Indholdet kan ikke læses", words)


def _shaped(root: etree._Element, path: str, words: str) -> Told:
    danish = "Indholdet passer ikke til skemaet"
    return Told(Severity.ERROR, "schema", path + _line(root, path), danish, words)


def _of_line(path: str, words: str) -> Told:
    """A place in the message of a list as the line of the file it came from."""
    found = _LINE.search(path)
    line = int(found[1] or 1) + 1 if found else 1
    return Told(
        Severity.ERROR, "schema", f"list:{line}", "Indholdet passer ikke til skemaet", words
    )  # fmt: skip


def _of_file(rule: str, where: str, words: str, severity: Severity) -> Told:
    """A finding on the file; count and total in its last record are not part of the message."""
    record = _RECORD.match(where)
    path = f"list:{record[1]}" if record else "list"
    if rule == "eu_sales_list.total":
        severity = Severity.WARNING
    return Told(severity, rule, path, "Filen er ikke bygget som aftalt", words)


def _path(root: etree._Element, name: str) -> str:
    """XPath and line of the first element of that name."""
    found = next((one for one in root.iter(etree.Element)
                  if etree.QName(one).localname == name), root)  # fmt: skip
    return f"{root.getroottree().getpath(found)}:{found.sourceline}"


def _line(root: etree._Element, path: str) -> str:
    """The line of what an XPath finds, as `:line`; nothing where it finds nothing."""
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=prefixes)
    except etree.XPathError:
        return ""
    first = found[0] if isinstance(found, list) and found else None
    return f":{getattr(first, 'sourceline', '')}" if etree.iselement(first) else ""
