"""Danish SAF-T Financial 2.1: header, master files, totals; the file as a stream.

Belongs here: everything before and after the vouchers. Does not: vouchers and lines
(`saft_entries`), the ledger's year (`books`). The reader (`assets.sources.saft`) reads back what
is written here.

Source: element order of version 2.1 as its official schema has it; standard chart version
20260101. What the books do not hold, and the schema asks for, the caller tells (`Told`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import duckdb

from assets.exports import saft_entries
from assets.exports.books import Books, Written, rows
from assets.exports.saft_form import Form
from assets.exports.saft_xml import amount, element, group

VERSION = "2.1"
NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:DK"
CHART, CHART_VERSION = "Standardkontoplanen", "20260101"

_KIND = {"asset": "Asset", "liability": "Liability", "revenue": "Sale", "expense": "Expense"}
_ACCOUNTS = """
WITH movement AS (
  SELECT account_code, sum(amount) AS amount FROM posting
  WHERE company_id = $company AND posting_date BETWEEN $first AND $last
  GROUP BY account_code
), opening AS (
  SELECT account_code, amount FROM annual_opening WHERE year_no = 1
), stated AS (
  -- Where nothing is booked in the year, the balances are what the source says they are.
  SELECT account_code, any_value(amount) AS amount FROM opening_balance
  WHERE company_id = $company AND balance_date = $last AND dimensions IS NULL
    AND kind IN ('closing', 'result') AND NOT EXISTS (FROM movement)
  GROUP BY account_code
), used AS (
  SELECT account_code FROM movement UNION SELECT account_code FROM opening
  UNION SELECT account_code FROM stated
  UNION SELECT account_code FROM ledger_account WHERE company_id = $company
)
SELECT u.account_code, coalesce(a.name, u.account_code), a.standard_account_code,
       coalesce(a.kind, s.kind), coalesce(o.amount, 0),
       CAST(coalesce(d.amount, coalesce(o.amount, 0) + coalesce(m.amount, 0)) AS DECIMAL(18,2)),
       a.source_standard_code
FROM used AS u
LEFT JOIN ledger_account AS a ON a.company_id = $company AND a.account_code = u.account_code
LEFT JOIN standard_account AS s ON s.account_code = a.standard_account_code
LEFT JOIN opening AS o ON o.account_code = u.account_code
LEFT JOIN movement AS m ON m.account_code = u.account_code
LEFT JOIN stated AS d ON d.account_code = u.account_code
ORDER BY u.account_code"""
PARTIES = """
SELECT party_id, name, country, vat_number, registration_number
FROM party WHERE company_id = ? ORDER BY party_id"""
_CODES = """
SELECT c.vat_code, c.name, c.rate, c.standard_vat_code, s.valid_from
FROM vat_code AS c
LEFT JOIN standard_vat_code AS s ON s.vat_code = c.standard_vat_code
WHERE c.company_id = ? ORDER BY c.vat_code"""


@dataclass(frozen=True, slots=True)
class Told:
    """What the books do not hold: when and by what it is written, and of the company its
    address and its bank account, which the official schema asks for. Empty: left out.
    """

    created: date
    software_version: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    iban: str = ""
    contact: str = ""
    telephone: str = ""


def write(con: duckdb.DuckDBPyConnection, books: Books, told: Told, out: BinaryIO) -> Written:
    """Write the file, UTF-8, a voucher at a time; memory does not grow with it.

    `con` is as `books.open_year` left it.
    """
    form = Form("DK", "MOMS", "")
    found = accounts(con, books)
    out.writelines(text.encode() for text in _before(con, books, told, found))
    vouchers, lines = entries(con, books, form, out)
    return Written(vouchers, lines, _notes(told, found))


def accounts(con: duckdb.DuckDBPyConnection, books: Books) -> list[tuple[Any, ...]]:
    """code, name, standard account, kind, opening, closing, the source's own standard code."""
    found: list[tuple[Any, ...]] = con.execute(
        _ACCOUNTS, {"company": books.company_id, "first": books.first, "last": books.last}
    ).fetchall()
    return found


def entries(
    con: duckdb.DuckDBPyConnection, books: Books, form: Form, out: BinaryIO
) -> tuple[int, int]:
    """Write GeneralLedgerEntries and the file's end; how many vouchers and lines it has."""
    vouchers, lines, debit, credit = saft_entries.totals(con, books)
    count = vouchers if form.is_norwegian else lines
    out.write(
        (
            "<GeneralLedgerEntries>\n"
            + element("NumberOfEntries", str(count))
            + element("TotalDebit", amount(debit))
            + element("TotalCredit", amount(credit))
        ).encode()
    )
    out.writelines(text.encode() for text in saft_entries.journals(con, books, form))
    out.write(b"</GeneralLedgerEntries>\n</AuditFile>\n")
    return vouchers, lines


def _notes(told: Told, accounts: Sequence[tuple[Any, ...]]) -> list[str]:
    notes = []
    missing = [
        name for name in ("street", "postal_code", "city", "iban") if not getattr(told, name)
    ]
    if missing:
        options = ", ".join("--" + name.replace("_", "-") for name in missing)
        notes.append(
            "The official schema asks for the company's address and a bank account, which are not "
            f"in the books: give {options}."
        )
    unmapped = [str(account[0]) for account in accounts if account[2] is None]
    if unmapped:
        notes.append(
            "The official schema asks for each account's number in the standard chart; these have "
            f"none: {', '.join(unmapped)}. Map them in indberet.toml and run `indberet pull`."
        )
    return notes


def _before(
    con: duckdb.DuckDBPyConnection,
    books: Books,
    told: Told,
    accounts: Sequence[tuple[Any, ...]],
) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<AuditFile xmlns="{NAMESPACE}">\n'
    yield _header(books, told)
    yield "<MasterFiles>\n<GeneralLedgerAccounts>\n"
    yield element("NameOfStandardAccount", CHART)
    yield element("VersionOfStandardAccount", CHART_VERSION)
    for code, name, standard, kind, opening, closing, _ in accounts:
        yield group(
            "Account",
            element("AccountID", code),
            element("AccountDescription", name),
            element("StandardAccountID", standard),
            element("AccountType", _KIND.get(str(kind), "Other")),
            balance("Opening", opening),
            balance("Closing", closing),
        )
    yield "</GeneralLedgerAccounts>\n"
    parties = rows(con, PARTIES, books.company_id)
    for kind in ("Customer", "Supplier"):
        found = [row for row in parties if saft_entries.party(row[0])[0] == kind]
        if found:
            yield group(f"{kind}s", *(_party(kind, *row) for row in found))
    codes = rows(con, _CODES, books.company_id)
    if codes:
        details = (_code(books, *row) for row in codes)
        heading = (element("TaxType", "MOMS"), element("Description", "Moms"))
        yield group("TaxTable", group("TaxTableEntry", *heading, *details))
    yield "</MasterFiles>\n"


def _header(books: Books, told: Told) -> str:
    vat = books.se_number or books.cvr
    address = group(
        "Address",
        element("StreetName", told.street),
        element("City", told.city),
        element("PostalCode", told.postal_code),
        element("Country", books.country),
    )
    registration = group(
        "TaxRegistration",
        element("TaxRegistrationNumber", vat),
        element("TaxType", "MOMS"),
        element("Country", books.country),
    )
    bank = group("BankAccount", element("IBANNumber", told.iban)) if told.iban else ""
    return group(
        "Header",
        element("AuditFileVersion", VERSION),
        element("AuditFileCountry", "DK"),
        element("AuditFileDateCreated", told.created),
        element("SoftwareCompanyName", "Indberet"),
        element("SoftwareID", "Indberet"),
        element("SoftwareVersion", told.software_version),
        group(
            "Company",
            element("RegistrationNumber", books.cvr),
            element("Name", books.name),
            address,
            registration if vat else "",
            bank,
        ),
        element("DefaultCurrencyCode", books.base_currency),
        group(
            "SelectionCriteria",
            element("SelectionStartDate", books.first),
            element("SelectionEndDate", books.last),
            element("PeriodStartYear", books.first.year),
            element("PeriodEndYear", books.last.year),
        ),
        element("TaxAccountingBasis", "Regnskab"),
        element("TaxEntity", books.name),
    )


def balance(which: str, told: Decimal) -> str:
    """Opening or Closing, on the side its sign says."""
    value = Decimal(told)
    side = "Credit" if value < 0 else "Debit"
    return element(f"{which}{side}Balance", amount(abs(value)))


def _party(kind: str, party_id: str, name: str, *details: str | None) -> str:
    country, vat_number, registration_number = details
    return group(
        kind,
        element("RegistrationNumber", registration_number),
        element("Name", name),
        group("Address", element("Country", country)) if country else "",
        group("TaxRegistration", element("TaxRegistrationNumber", vat_number))
        if vat_number
        else "",
        element(f"{kind}ID", saft_entries.party(party_id)[1]),
    )


def _code(
    books: Books,
    code: str,
    name: str,
    rate: Decimal | None,
    standard: str | None,
    since: date | None,
) -> str:
    return group(
        "TaxCodeDetails",
        element("TaxCode", code),
        element("StandardTaxCode", standard),
        element("EffectiveDate", since or books.first),
        element("Description", name),
        element("TaxPercentage", None if rate is None else f"{(rate * 100).normalize():f}"),
        element("Country", books.country),
    )
