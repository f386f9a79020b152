"""When an answer of the input file is needed, by the words `texts.csv` and `keys.csv` use.

Belongs here: conditions on the class, the books and other answers. Does not: telling
what is missing or does not fit (`checks`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from assets.reports.annual import catalogue, derive, entries, policies
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year

MUCH_STAFF = Decimal(200_000)
"""From this in staff costs the number of employees must be above 0. Source: rule FR75."""

ASSURED = frozenset({"audit", "extended_review", "review", "other_assurance"})
OPINION = frozenset({"audit", "extended_review", "review"})
_LONG_DEBT = "7055-7265"
_MANAGEMENT_LOANS = "6061-6064 6365-6376"
_CLASS_C_NOTES = {
    "class_c_prepayments": "6390 6400",
    "class_c_deferred_income": "7265 8070",
    "class_c_provisions": "6985 7040",
    "class_c_deferred_tax": "6020 6305 7010",
    "class_c_investments": "5800-5960 6420",
}
"""What class C explains where the books hold it. Source: §§ 89, 91, 93 a, 97 a."""

Condition = Callable[[Year, InputFile], bool]


def needed(word: str, year: Year, file: InputFile) -> bool:
    """Whether an answer is needed, by the word `texts.csv` and `keys.csv` use for when."""
    return _CONDITIONS[word](year, file)


def _assistance(file: InputFile) -> str:
    return str(file.values.get("auditor.assistance", "none"))


def _exempt(year: Year, file: InputFile, what: str) -> bool:
    chosen = file.values.get("report.micro_exemptions", [])
    return year.annual.company_class == "B-micro" and what in chosen


def _holds(year: Year, ranges: str) -> bool:
    """Whether anything stands on one of the accounts, whatever they come to together."""
    return any(year.books.balance.get(code) for code in catalogue.in_ranges(ranges))


def _class_c_holds(ranges: str) -> Condition:
    return lambda year, _: year.annual.company_class.startswith("C") and _holds(year, ranges)


_CONDITIONS: Mapping[str, Condition] = {
    "always": lambda _, __: True,
    "statement": lambda _, file: not file.values.get("management.without_statement", False),
    "assisted": lambda _, file: _assistance(file) != "none",
    "assured": lambda _, file: _assistance(file) in ASSURED,
    "opinion": lambda _, file: _assistance(file) in OPINION,
    "class_c": lambda year, _: year.annual.company_class.startswith("C"),
    "class_c_compared": lambda year, _: (
        year.annual.company_class.startswith("C") and year.previous_origin != "none"
    ),
    "employees": lambda year, file: (
        not _exempt(year, file, "employees") or derive.wages(year) >= MUCH_STAFF
    ),
    "employees_previous": lambda year, file: (
        year.previous_origin != "none"
        and (not _exempt(year, file, "employees") or derive.wages_before(year) >= MUCH_STAFF)
    ),
    "long_debt": lambda year, file: (
        _holds(year, _LONG_DEBT) and not _exempt(year, file, "debt_after_five_years")
    ),
    **{name: _class_c_holds(accounts) for name, accounts in _CLASS_C_NOTES.items()},
    "management_loans": lambda year, _: _holds(year, _MANAGEMENT_LOANS),
    "goodwill": lambda year, file: (
        year.books.stands("5062-5077") != 0 and not policies.is_left_out(year, file)
    ),
    "tax": lambda year, file: (
        derive.tax(year, entries.adjustment_lines(year, file)) is not None
        and "tax.no_tax" not in file.values
    ),
}
