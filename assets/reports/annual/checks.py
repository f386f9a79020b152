"""What the answers must agree on: with each other, with the books, with the law of the class.

Belongs here: questions about answers that are each well-formed. Does not: single
keys (`input_file`, `kinds`), which must be there (`conditions`), the size of the company and
its auditor (`class_checks`), what the books call for by law (`law_checks`), the bookkeeping
systems (`bookkeeping_checks`), or the figures themselves.
"""

from datetime import date
from decimal import Decimal

from assets.reports.annual import (
    bookkeeping_checks,
    catalogue,
    class_checks,
    conditions,
    derive,
    entries,
    law_checks,
    policies,
    restatement_checks,
)
from assets.reports.annual.derive import kroner
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.rounding import nearest
from assets.reports.annual.year import Year
from quality.finding import Severity

_BALANCE = "5000"


def check(year: Year, file: InputFile, today: date) -> None:
    """Add to `file` a finding for everything missing or not fitting."""
    if not file.is_read:
        return
    _missing(year, file)
    _comparatives(year, file)
    _dates(year, file, today)
    _management(file)
    class_checks.check(year, file)
    law_checks.check(year, file)
    restatement_checks.check(year, file)
    _texts(year, file)
    _numbers(year, file)
    _tax(year, file)
    _depreciation(year, file)
    _adjustments(file)
    bookkeeping_checks.check(year, file)
    _policies(year, file)


def _missing(year: Year, file: InputFile) -> None:
    for key in catalogue.asked().values():
        is_needed = key.required and conditions.needed(key.required, year, file)
        is_told = key.section == "tax" or file.is_wrong(key.key)
        if is_needed and key.key not in file.values and not is_told:
            law = f" ({key.law})" if key.law else ""
            what = key.label or "This"
            file.tell(key.key, f"{what} is not answered{law}.", key.help or "Write it.")


def _comparatives(year: Year, file: InputFile) -> None:
    """Books that opened with balances belong to a company that had a year before."""
    books = year.books
    is_opened = any(
        code >= _BALANCE and stands != books.movement.get(code, Decimal(0))
        for code, stands in books.balance.items()
    )
    if year.previous_origin == "none" and is_opened and not file.values.get("report.first_year"):
        file.tell(
            "report.previous_filing",
            "The books open with balances, and nothing tells last year's figures, which must stand "
            "beside this year's (ÅRL § 24): no report filed from here or taken in, and no postings "
            "of that year.",
            "Name last year's filing as XBRL, or write report.first_year = true if there was none.",
        )


def _dates(year: Year, file: InputFile, today: date) -> None:
    meeting = _after_year(year, file, "report.general_meeting")
    approved = _after_year(year, file, "management.approved")
    signed = _after_year(year, file, "auditor.signed")
    for key, day in (("management.approved", approved), ("auditor.signed", signed)):
        if meeting and day and day > meeting:
            file.tell(
                key,
                f"{day} is after the general meeting on {meeting}.",
                "The general meeting approves a report that is signed: correct one of the days.",
            )
    if meeting and meeting > today:
        file.tell(
            "report.general_meeting",
            f"{meeting} has not come yet; today is {today}.",
            "A report is filed once the general meeting has approved it (ÅRL § 138). "
            "Nothing leaves before.",
        )


def _after_year(year: Year, file: InputFile, key: str) -> date | None:
    """The day of `key`; a day within the year is told (FR7)."""
    day: date | None = file.values.get(key)
    if day is not None and day <= year.end:
        file.tell(key, f"{day} is not after the year's last day, {year.end}.", "Correct the day.")
        return None
    return day


def _management(file: InputFile) -> None:
    people = [
        one
        for key in ("management.executive_board", "management.board")
        for one in file.values.get(key, [])
    ]
    if file.values.get("management.without_statement") and len({p.name for p in people}) != 1:
        file.tell(
            "management.without_statement",
            f"Management has {len(people)} members; only a company whose management is one person "
            "may leave its statement out (ÅRL § 9 a).",
            "Write false, or correct the members.",
        )


_NO_RESERVATIONS = ("har ikke givet anledning til forbehold", "has not given rise to reservations")


def _texts(year: Year, file: InputFile) -> None:
    basis = str(file.values.get("auditor.basis", "")).lower()
    for words in _NO_RESERVATIONS:
        if words in basis:
            file.tell(
                "auditor.basis",
                f'The basis says "{words}", which the authority refuses there '
                "(rules FR24, FR25, FR36 and FR37).",
                "Leave that sentence out.",
            )
    if file.values.get("policies.changed") and "policies.changes" not in file.values:
        file.tell(
            "policies.changes",
            "policies.changed is true, and the change is not described (ÅRL §§ 51-54).",
            "Write what was changed, why, and its effect on result, assets and equity.",
        )
    given = [key for key in file.values if key.startswith("submitter.")]
    needed = ("submitter.name", "submitter.street_and_number", "submitter.postcode_and_town")
    for key in needed if given else ():
        if key not in file.values:
            file.tell(key, "This is not answered, and other keys of [submitter] are.", "Write it.")
    if year.annual.company_class != "B-micro" and file.values.get("report.micro_exemptions"):
        file.tell(
            "report.micro_exemptions",
            f"The company reports in class {year.annual.company_class}; the exemptions are for "
            "class B-micro (ÅRL § 22 b).",
            "Write [], or set class B-micro in the settings if the company is one.",
        )


def _numbers(year: Year, file: InputFile) -> None:
    staff = (
        ("employees.average", derive.wages(year)),
        ("employees.average_previous_year", derive.wages_before(year)),
    )
    for key, wages in staff:
        employed = file.values.get(key)
        is_none = employed is not None and nearest(employed) == 0  # reported as a whole number
        if is_none and wages >= conditions.MUCH_STAFF:
            file.tell(
                key,
                f"0 employees, and staff costs of {kroner(wages)} kroner (rule FR75).",
                "Write the average number of full-time employees, above 0.",
            )
    stated = file.values.get("distribution.dividend")
    booked = derive.booked_dividend(year, entries.adjustment_lines(year, file))
    if stated is not None and booked and stated != booked:
        file.tell(
            "distribution.dividend",
            f"{kroner(stated)} is stated, and the books hold a proposed dividend of "
            f"{kroner(booked)}.",
            f"Write {booked:.2f}".removesuffix(".00") + ", or correct the books.",
        )
    for key in ("distribution.dividend", "tax.accept_derived"):
        if file.values.get(key, 0) < 0:
            file.tell(key, "The amount is negative.", "Write it as a positive amount, or 0.")


def _tax(year: Year, file: InputFile) -> None:
    key = "tax.accept_derived"
    accepted = file.values.get(key)
    derived = derive.tax(year, entries.adjustment_lines(year, file))
    if "tax.no_tax" in file.values and accepted:
        file.tell(
            "tax.no_tax", "A tax is accepted, and a reason for none given.", "Keep one of them."
        )
    elif derived is None and accepted and accepted > 0:
        file.tell(
            key,
            "No tax is derived: it is booked on account 3740, or there is no taxable income.",
            "Remove the amount.",
        )
    elif derived is None or accepted == derived.amount or "tax.no_tax" in file.values:
        return
    elif accepted is None and not file.is_wrong(key):
        file.tell(
            key,
            f"The year's tax is not booked. Derived: {kroner(derived.amount)} = {derived.how}",
            f"Write {derived.amount:.0f} to accept it, state the tax as an [[adjustment]], or say "
            "in tax.no_tax why there is none.",
        )
    elif accepted is not None and accepted >= 0:
        file.tell(
            key,
            f"{kroner(accepted)} was accepted, and now {kroner(derived.amount)} is derived: "
            f"{derived.how}",
            f"Write {derived.amount:.0f} to accept it, or state the tax as an [[adjustment]].",
        )


def _depreciation(year: Year, file: InputFile) -> None:
    for one, balance in derive.undepreciated(year):
        key = f"depreciation.{one.class_id}"
        if key not in file.values and not file.is_wrong(key):
            file.tell(
                key,
                f"{one.label_en} stand at {kroner(balance)}, and no depreciation is booked on "
                f"account {one.expense} or {one.accumulated} (ÅRL § 43).",
                "Write the year's depreciation in kroner, or 0 where there is none to make.",
            )
    for one in catalogue.asset_classes():
        key = f"depreciation.{one.class_id}"
        booked = derive.depreciated(year, one)
        if file.values.get(key) and booked:
            file.tell(
                key,
                f"{kroner(file.values[key])} is stated, and {kroner(booked)} is booked on account "
                f"{one.expense} or {one.accumulated} already.",
                "Remove it here; it would count twice.",
            )


def _adjustments(file: InputFile) -> None:
    for number, row in enumerate(file.tables.get("adjustment", []), start=1):
        amount = sum((line[1] for line in row.get("lines", ())), Decimal(0))
        if amount:
            file.tell(
                f"[[adjustment]] {number} lines",
                f"The lines come to {kroner(amount)} and must come to 0 (debit positive).",
                "Correct the amounts or add the missing line.",
            )


def _policies(year: Year, file: InputFile) -> None:
    if policies.is_left_out(year, file) or "policies.whole" in file.values:
        return
    for one in derive.held(year):
        key = f"policies.useful_life.{one.class_id}"
        own = "property" if one.policy == "tangible" else "intangible"
        if f"policies.own.{own}" in file.values or key in file.values or file.is_wrong(key):
            continue
        file.tell(
            key,
            f"The useful life of {one.label_en.lower()} is not answered (ÅRL § 53 stk. 2 nr. 1 b).",
            'Write it in years, as in "5" or "3-5".',
        )
    for rule in policies.chosen(year, file):
        if rule.source is None and rule.policy.assumes:
            file.tell(
                f"policies.own.{rule.policy.policy_id}",
                f"Our wording assumes that {rule.policy.assumes}.",
                "Write your own under this key where that is not so.",
                Severity.NOTE,
            )
