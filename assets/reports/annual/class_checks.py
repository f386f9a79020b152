"""Whether the chosen class and the auditor's role are those the company's size allows.

A limit counts when two of three are exceeded two years in a row; what is not
known of a year is not held against anyone. Belongs here: sizes and classes. Does
not: how sizes are derived (`derive`).

Source: årsregnskabsloven §§ 7, 22 a, 135.
"""

from decimal import Decimal

from assets.reports.annual import derive
from assets.reports.annual.derive import kroner
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year
from quality.finding import Severity

_ORDER = ("B-micro", "B", "C-medium")
_NEXT = {"B-micro": "B", "B": "C-medium", "C-medium": "C-large"}
_RISK_REVENUE = Decimal(5_000_000)
_LARGE_BALANCE = Decimal(50_000_000)


def check(year: Year, file: InputFile) -> None:
    """Add findings about the class and the auditor's role to `file`."""
    _class(year, file)
    _auditor(year, file)


def sizes(year: Year, file: InputFile) -> tuple[derive.Size, derive.Size | None]:
    """The company's size this year and the year before."""
    now = derive.size(year, file.values.get("employees.average"))
    return now, derive.size_before(year, file.values.get("employees.average_previous_year"))


def exceeded(year: Year, file: InputFile, limits: str) -> bool:
    """Whether two of three limits are exceeded in both years, as far as is known."""
    now, before = sizes(year, file)
    if now.exceeds(limits, year.start) < 2 or before is None:
        return False
    return before.exceeds(limits, year.start) >= 2


def smallest_class(year: Year, file: InputFile) -> str:
    """The smallest class the company's size allows."""
    for name in _ORDER:
        if not exceeded(year, file, name):
            return name
    return "C-large"


def said(year: Year, file: InputFile) -> str:
    """The sizes and the smallest class they allow, in a sentence."""
    now, before = sizes(year, file)
    words = [f"this year {_said(now)}"]
    if before is not None:
        words.append(f"last year {_said(before)}")
    return f"{'; '.join(words)}: class {smallest_class(year, file)} or larger (ÅRL §§ 7, 22 a)"


def _said(size: derive.Size) -> str:
    parts = ((size.balance, "balance"), (size.revenue, "revenue"), (size.employees, "employees"))
    return ", ".join(f"{name} {'unknown' if n is None else kroner(n)}" for n, name in parts)


def _class(year: Year, file: InputFile) -> None:
    chosen = year.annual.company_class
    if chosen == "D":
        file.tell(
            "report",
            "The settings say class D, whose reports are not made here.",
            "Make it elsewhere, or correct class in [company.annual_report].",
        )
        return
    smallest = smallest_class(year, file)
    order = [*_ORDER, "C-large"]
    if order.index(smallest) > order.index(chosen):
        file.tell(
            "report",
            f"Class {chosen} is too small: two of its three limits are exceeded two years in a "
            f"row; {said(year, file)}.",
            f'Write class = "{smallest}" in [company.annual_report] of the settings.',
        )
    elif chosen in _NEXT and sizes(year, file)[0].exceeds(chosen, year.start) >= 2:
        file.tell(
            "report",
            f"Two of the three limits of class {chosen} are exceeded this year; once more next "
            f"year, and it is class {_NEXT[chosen]}.",
            "Nothing this year.",
            Severity.NOTE,
        )


def _auditor(year: Year, file: InputFile) -> None:
    role = file.values.get("auditor.assistance")
    if role is None:
        return
    is_large = year.annual.company_class.startswith(("C", "D"))
    if is_large and role != "audit":
        file.tell(
            "auditor.assistance",
            f"{role} is not enough: class {year.annual.company_class} must be audited "
            "(ÅRL § 135 stk. 1; rule FR89).",
            'Write "audit", with the auditor\'s report.',
        )
    elif role not in {"audit", "extended_review"} and _must_be_audited(year, file):
        file.tell(
            "auditor.assistance",
            f"{role} is not enough: the company exceeds the limits for leaving out the audit "
            f"(4 million, 8 million, 12 employees; or a balance of 50 million) two years in a row; "
            f"{said(year, file)}.",
            'Write "audit" or "extended_review", with the auditor\'s report (ÅRL § 135).',
        )
    elif role == "none" and (sizes(year, file)[0].revenue or Decimal(0)) > _RISK_REVENUE:
        file.tell(
            "auditor.assistance",
            "Revenue is above 5 million: a company in a risk industry needs at least an auditor's "
            "assistance with the accounts then, two years in a row (ÅRL § 135 stk. 5).",
            "Check the list of risk industries.",
            Severity.NOTE,
        )


def _must_be_audited(year: Year, file: InputFile) -> bool:
    now, before = sizes(year, file)
    balances = [one.balance or Decimal(0) for one in (now, before) if one is not None]
    is_heavy = len(balances) == 2 and min(balances) > _LARGE_BALANCE
    return is_heavy or exceeded(year, file, "without-audit")
