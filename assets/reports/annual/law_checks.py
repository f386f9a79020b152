"""What the law makes of things the books hold: reserves, exemptions lost, notes that are due.

Belongs here: paragraphs that a balance calls into play. Does not: sizes
(`class_checks`), or answers that miss altogether (`checks`).

Source: årsregnskabsloven §§ 10 a, 22 a, 22 b, 35 a, 35 b, 58, 67 a, 71, 101, 135, 138.
"""

from decimal import Decimal

from assets.reports.annual import catalogue
from assets.reports.annual.derive import kroner
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year
from quality.finding import Severity

_GROUP_AND_ASSOCIATES = "5800-5872"
_FAIR_VALUE = "3185 5200-5201 5280-5281"
_MANAGEMENT_LOANS = "6061-6064 6365-6376"
_LOAN_RESERVE = "6810"
_UNPAID = "6350"
_UNPAID_RESERVE = "6830"
_REVALUED = "6560"
_WRITTEN_DOWN = "3130 3197-3198 3215-3216 3225-3226 3560 5290 5300 5676-5677"
_REVENUE = "1010-1300"
_GROUP_BALANCES = "5842-5845 6252-6257 7175 7510"


def check(year: Year, file: InputFile) -> None:
    """Add findings about what the books call for by law to `file`."""
    _micro(year, file)
    _reserves(year, file)
    _audit(year, file)
    _notes(year, file)
    _beside(year, file)


def _micro(year: Year, file: InputFile) -> None:
    key = "report.micro_exemptions"
    if year.annual.company_class != "B-micro" or not file.values.get(key):
        return
    if _holds(year, _GROUP_AND_ASSOCIATES):
        file.tell(
            key,
            "The company holds shares in group enterprises or associates, and the exemptions are "
            "not for companies with significant influence on others (ÅRL § 22 a stk. 3 nr. 1).",
            "Write [].",
        )
    if _holds(year, _FAIR_VALUE):
        file.tell(
            key,
            "Property is measured at fair value, which a company that uses an exemption may not "
            "do (ÅRL § 22 b stk. 4).",
            "Write [], or measure the property at cost.",
        )


def _reserves(year: Year, file: InputFile) -> None:
    if year.books.stands(_MANAGEMENT_LOANS) > 0 and not year.books.stands(_LOAN_RESERVE):
        file.tell(
            "[[adjustment]]",
            f"Management owes the company {kroner(year.books.stands(_MANAGEMENT_LOANS))}, and "
            f"account {_LOAN_RESERVE} holds no reserve for loans.",
            "A lawful loan or security needs a reserve of its amount (ÅRL § 35 a): move it from "
            "retained earnings. Other receivables need none.",
            Severity.NOTE,
        )
    unpaid, reserve = year.books.stands(_UNPAID), -year.books.stands(_UNPAID_RESERVE)
    if unpaid != reserve:
        file.tell(
            "[[adjustment]]",
            f"Unpaid capital and premium on account {_UNPAID} is {kroner(unpaid)}, and the reserve "
            f"for it on account {_UNPAID_RESERVE} is {kroner(reserve)} (ÅRL § 35 b).",
            "Move the difference between the reserve and retained earnings.",
            Severity.WARNING,
        )


def _audit(year: Year, file: InputFile) -> None:
    role = file.values.get("auditor.assistance")
    is_audited = role in {"audit", "extended_review"}
    if file.values.get("auditor.opted_out_next_year") and role is not None and not is_audited:
        file.tell(
            "auditor.opted_out_next_year",
            f"The sentence belongs to accounts that are audited (ÅRL § 10 a); this year's are "
            f"not: {role}.",
            "Write false.",
        )
    if role is not None and not is_audited and _holds(year, _GROUP_AND_ASSOCIATES):
        file.tell(
            "auditor.assistance",
            "The company holds shares in group enterprises or associates: whether the audit may "
            "be left out is measured on all of them together (ÅRL § 135 stk. 4).",
            "Add up their balances, revenue and employees.",
            Severity.NOTE,
        )


def _notes(year: Year, file: InputFile) -> None:
    exempt = file.values.get("report.micro_exemptions", [])
    if _holds(year, _WRITTEN_DOWN) and "special_items" not in exempt:
        _due(
            file,
            "notes.special_items",
            "Write-downs beyond depreciation, or their reversals, are booked; their amounts are "
            "told unless the income statement shows them (ÅRL § 67 a).",
        )
    if _holds(year, _REVALUED):
        _due(
            file,
            "notes.special_items",
            "There is a revaluation reserve: its movements, and the value the assets would have "
            "had without, are told (ÅRL § 58).",
        )
    if _holds(year, _GROUP_BALANCES):
        _due(
            file,
            "notes.related_parties",
            "There are balances with group enterprises: a parent whose group accounts the company "
            "is in is named, with its registered office (ÅRL § 71; class C § 97 b).",
        )


def _beside(year: Year, file: InputFile) -> None:
    """What the law asks for and the report made here does not hold."""
    if year.annual.is_condensed:
        revenue = -year.books.moved(_REVENUE)
        file.tell(
            "report",
            "Revenue is left out of the income statement (ÅRL § 32); the books have "
            f"{kroner(revenue)} kroner. It must be reported to the authority all the same, and is "
            "not published (ÅRL § 138 stk. 6).",
            "It is not in the filing made here: state it at the authority when the report is "
            "handed in.",
            Severity.NOTE,
        )
    if year.annual.company_class.startswith("C"):
        file.tell(
            "report",
            "Class C's review holds an overview of five years' key figures (ÅRL § 101), and its "
            "report a cash flow statement (ÅRL § 78); neither is made here.",
            "Write the overview in review.changes, and in notes.no_cash_flow_statement where the "
            "cash flows are.",
            Severity.WARNING,
        )


def _due(file: InputFile, key: str, what: str) -> None:
    if key not in file.values:
        file.tell(key, what, "Write it where it is so.", Severity.NOTE)


def _holds(year: Year, ranges: str) -> bool:
    """Whether anything stands or moved on one of the accounts."""
    amounts = (year.books.balance, year.books.movement)
    return any(one.get(code, Decimal(0)) for one in amounts for code in catalogue.in_ranges(ranges))
