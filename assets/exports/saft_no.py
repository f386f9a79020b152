"""Norwegian SAF-T Financial 1.30: header, master files, totals; the file as a stream.

Belongs here: everything before and after the vouchers. Does not: vouchers and lines
(`saft_entries`), lengths (`saft_form`). The reader (`assets.sources.saft`) reads it back.

Accounts and VAT codes carry the Norwegian grouping and standard tax code where the source told
them; what has none says "NA", as the schema's documentation asks of VAT codes.

Source: Norwegian schema 1.30; Standard_Tax_Codes.csv (Skatteetaten).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import duckdb

from assets.exports import saft, saft_entries
from assets.exports.books import Books, Written, rows
from assets.exports.saft import Told
from assets.exports.saft_form import Form
from assets.exports.saft_xml import element, group

VERSION = "1.30"
NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:NO"
STANDARD_CODES = frozenset(
    str(code)
    for code in (
        *(0, 1, 3, 5, 6, 7, 11, 12, 13, 14, 15, 20, 21, 22, 31, 32, 33, 51, 52),
        *range(81, 90),
        *(91, 92),
    )
)
"""The standard tax codes. Source: Standard_Tax_Codes.csv."""

_NONE = "NA"
_PREFIX = "NO:"
_MISSING = "-"
_CODES = """
SELECT vat_code, name, rate, source_standard_code
FROM vat_code WHERE company_id = ? ORDER BY vat_code"""
_DIMENSIONS = """
SELECT DISTINCT e.key AS key, e.value ->> '$' AS own FROM (
  SELECT DISTINCT dimensions FROM posting
  WHERE company_id = ? AND posting_date BETWEEN ? AND ? AND dimensions IS NOT NULL
) AS d, json_each(d.dimensions) AS e ORDER BY ALL"""


def write(con: duckdb.DuckDBPyConnection, books: Books, told: Told, out: BinaryIO) -> Written:
    """Write the file, UTF-8, a voucher at a time; memory does not grow with it.

    `con` is as `books.open_year` left it. Raises `PermanentError` where an identifier is longer
    than the schema allows.
    """
    form = Form("NO", "MVA", f"Writing {books.company_id} as Norwegian SAF-T")
    found = saft.accounts(con, books)
    ungrouped: list[str] = []
    uncoded: list[str] = []
    used = f"SELECT DISTINCT key FROM ({_DIMENSIONS}) ORDER BY 1"
    form.give_codes([row[0] for row in rows(con, used, books.company_id, books.first, books.last)])
    before = (
        _header(books, told, form), _accounts(found, form, ungrouped), _parties(con, books, form),
        _codes(con, books, form, uncoded), _analyses(con, books, form),
    )  # fmt: skip
    out.writelines(text.encode() for part in before for text in part)
    out.write(b"</MasterFiles>\n")
    vouchers, lines = saft.entries(con, books, form, out)
    return Written(vouchers, lines, [*_notes(told, ungrouped, uncoded), *form.notes()])


def _notes(told: Told, ungrouped: list[str], uncoded: list[str]) -> list[str]:
    notes = []
    missing = [name for name in ("contact", "telephone") if not getattr(told, name)]
    if missing:
        options = ", ".join("--" + name for name in missing)
        notes.append(
            "The official schema asks for a contact person and a telephone number, which are not "
            f"in the books; '{_MISSING}' stands there: give {options}."
        )
    if ungrouped:
        notes.append(
            "The official schema asks for each account's Norwegian grouping; the source told none "
            f"of these, and '{_NONE}' stands there: {', '.join(ungrouped)}."
        )
    if uncoded:
        notes.append(
            "The official schema asks for each VAT code's Norwegian standard tax code; the source "
            f"told none of these, and '{_NONE}' stands there: {', '.join(uncoded)}."
        )
    return notes


def _header(books: Books, told: Told, form: Form) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<AuditFile xmlns="{NAMESPACE}">\n'
    address = (
        element("StreetName", told.street),
        element("City", told.city),
        element("PostalCode", told.postal_code),
        element("Country", books.country),
    )
    first, _, last = told.contact.rpartition(" ")
    person = (element("FirstName", first or _MISSING), element("LastName", last or _MISSING))
    number = books.cvr or _MISSING
    yield group(
        "Header",
        element("AuditFileVersion", VERSION),
        element("AuditFileCountry", "NO"),
        element("AuditFileDateCreated", told.created),
        element("SoftwareCompanyName", "Indberet"),
        element("SoftwareID", "Indberet"),
        element("SoftwareVersion", form.optional(told.software_version, 18) or _MISSING),
        group(
            "Company",
            element("RegistrationNumber", number),
            element("Name", form.text(books.name)),
            group("Address", *address),
            group(
                "Contact",
                group("ContactPerson", *person),
                element("Telephone", told.telephone or _MISSING),
            ),
            group("TaxRegistration", element("TaxRegistrationNumber", books.se_number or number)),
            group("BankAccount", element("IBANNumber", told.iban)) if told.iban else "",
        ),
        element("DefaultCurrencyCode", books.base_currency),
        group(
            "SelectionCriteria",
            element("SelectionStartDate", books.first),
            element("SelectionEndDate", books.last),
        ),
        element("TaxAccountingBasis", "A"),
    )
    yield "<MasterFiles>\n"


def _accounts(found: list[tuple[Any, ...]], form: Form, ungrouped: list[str]) -> Iterator[str]:
    if found:
        yield "<GeneralLedgerAccounts>\n"
    for code, name, _, _, opening, closing, told in found:
        category, grouping = _grouping(told)
        if grouping == _NONE:
            ungrouped.append(code)
        yield group(
            "Account",
            element("AccountID", form.identifier("account", code, 70)),
            element("AccountDescription", form.text(name)),
            element("GroupingCategory", form.identifier("grouping category", category, 256)),
            element("GroupingCode", form.identifier("grouping code", grouping, 35)),
            element("AccountType", "GL"),
            saft.balance("Opening", opening),
            saft.balance("Closing", closing),
        )
    if found:
        yield "</GeneralLedgerAccounts>\n"


def _grouping(told: str | None) -> tuple[str, str]:
    """Category and code as the source told them.

    >>> _grouping("NO:RF-1167/10"), _grouping("NO:19"), _grouping("1010")
    (('RF-1167', '10'), ('NA', '19'), ('NA', 'NA'))
    """
    if not (told or "").startswith(_PREFIX):
        return _NONE, _NONE
    category, slash, code = str(told).removeprefix(_PREFIX).rpartition("/")
    return (category, code) if slash else (_NONE, code)


def _parties(con: duckdb.DuckDBPyConnection, books: Books, form: Form) -> Iterator[str]:
    found = rows(con, saft.PARTIES, books.company_id)
    for kind in ("Customer", "Supplier"):
        own = [row for row in found if saft_entries.party(row[0])[0] == kind]
        if own:
            yield group(f"{kind}s", *(_party(form, kind, *row) for row in own))


def _party(form: Form, kind: str, party_id: str, name: str, *details: str | None) -> str:
    country, vat_number, registration = details
    number = element("TaxRegistrationNumber", form.identifier("VAT number", vat_number, 35))
    return group(
        kind,
        element("RegistrationNumber", form.identifier("registration number", registration, 35)),
        element("Name", form.text(name)),
        group("Address", element("Country", country)) if country else "",
        group("TaxRegistration", number) if vat_number else "",
        element(f"{kind}ID", form.identifier("party", saft_entries.party(party_id)[1], 35)),
    )


def _codes(
    con: duckdb.DuckDBPyConnection, books: Books, form: Form, uncoded: list[str]
) -> Iterator[str]:
    details = []
    for code, name, rate, told in rows(con, _CODES, books.company_id):
        standard = (told or "").removeprefix(_PREFIX) if (told or "").startswith(_PREFIX) else ""
        if standard not in STANDARD_CODES:
            uncoded.append(code)
        details.append(_code(books, form, code, name, rate, standard))
    if details:
        heading = (element("TaxType", "MVA"), element("Description", "Merverdiavgift"))
        yield group("TaxTable", group("TaxTableEntry", *heading, *details))


def _code(
    books: Books, form: Form, code: str, name: str, rate: Decimal | None, standard: str
) -> str:
    return group(
        "TaxCodeDetails",
        element("TaxCode", form.identifier("VAT code", code, 70)),
        element("Description", form.text(name)),
        element("TaxPercentage", None if rate is None else f"{(rate * 100).normalize():f}"),
        element("Country", books.country),
        element("StandardTaxCode", standard if standard in STANDARD_CODES else _NONE),
        element("BaseRate", "100"),
    )


def _analyses(con: duckdb.DuckDBPyConnection, books: Books, form: Form) -> Iterator[str]:
    """The dimensions and their objects, as streamed from the year's postings."""
    found = con.execute(_DIMENSIONS, [books.company_id, books.first, books.last])
    is_open = False
    while batch := found.fetchmany(2_000):
        for name, own in batch:
            if not own or len(own) > 35:
                continue  # the table's AnalysisID is shorter than the line's
            if not is_open:
                yield "<AnalysisTypeTable>\n"
                is_open = True
            yield group(
                "AnalysisTypeTableEntry",
                element("AnalysisType", form.dimension(name)),
                element("AnalysisTypeDescription", form.text(name)),
                element("AnalysisID", own),
                element("AnalysisIDDescription", own),
            )
    if is_open:
        yield "</AnalysisTypeTable>\n"
