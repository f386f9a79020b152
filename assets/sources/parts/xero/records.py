"""Xero's records as landed rows: what its fields mean in our words.

Belongs here: pure functions from decoded records to row values, in the column order of
`LANDED`. Does not: asking Xero, or the order of a pull (`pull`).
"""

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from assets.sources.parts.xero import shapes
from assets.sources.parts.xero.shapes import day, moment

Row = tuple[Any, ...]
NO_VAT = "NONE"
"""Xero's tax type for what has no VAT: no VAT code of ours."""
_CONTROL = ("GST", "GSTONIMPORTS")
_KINDS = {"ASSET": "asset", "LIABILITY": "liability", "EQUITY": "equity", "REVENUE": "revenue",
          "EXPENSE": "expense"}  # fmt: skip
_DOCUMENT_KINDS = {
    "ACCREC": "sales_invoice", "ACCRECCREDIT": "sales_credit_note",
    "ACCPAY": "purchase_invoice", "ACCPAYCREDIT": "purchase_credit_note",
}  # fmt: skip
_DOCUMENTED = (*_DOCUMENT_KINDS, "CASHREC", "CASHPAID")


@dataclass(frozen=True, slots=True)
class Books:
    """What journals refer to."""

    accounts: Mapping[str, shapes.Account]
    rates: Mapping[str, shapes.TaxRate]

    def code(self, line: shapes.JournalLine) -> str:
        """The account number of a line, as the chart has it today."""
        account = self.accounts.get(line.AccountID)
        return account_code(account) if account else line.AccountCode or f"#{line.AccountID}"


def company(one: shapes.Organisation) -> Row:
    """One row of `company`. Xero shows the registration number where it knows the country's."""
    digits = re.sub(r"\D", "", one.RegistrationNumber or one.TaxNumber or "")
    cvr = digits if len(digits) == 8 else None
    return (
        one.OrganisationID, one.LegalName or one.Name, cvr, one.TaxNumber or None,
        one.CountryCode, one.BaseCurrency,
    )  # fmt: skip


def account_code(account: shapes.Account) -> str:
    """The account's code; a bank account without one goes by its id."""
    return account.Code or f"#{account.AccountID}"


def account(one: shapes.Account) -> Row:
    """One row of `account`."""
    code = vat_code(one.TaxType)
    return (
        one.AccountID, account_code(one), one.Name, _KINDS.get(one.Class or ""), None, code
    )  # fmt: skip


def vat_code(tax_type: str | None) -> str | None:
    """The VAT code of a line, None where there is no VAT in it."""
    return tax_type if tax_type and tax_type != NO_VAT else None


def rate(one: shapes.TaxRate) -> Row:
    """One row of `vat_code`. The rate shown, since that of a reverse charge adds up to 0."""
    shown = one.EffectiveRate if one.DisplayTaxRate is None else one.DisplayTaxRate
    return (one.TaxType, one.TaxType, one.Name, shown / 100, None, None)


def party(one: shapes.Contact) -> Row:
    """One row of `party`. The country is told by a two-letter code or by the VAT number."""
    number = (one.TaxNumber or "").strip()
    return (
        one.ContactID, one.ContactID, one.Name, _country(one, number), number or None,
        (one.CompanyNumber or "").strip() or None,
    )  # fmt: skip


def _country(one: shapes.Contact, number: str) -> str | None:
    for address in one.Addresses or ():
        told = (address.Country or "").strip().upper()
        if re.fullmatch("[A-Z]{2}", told):
            return told
    prefix = re.match(r"([A-Z]{2})[ \dA-Z]{2,}$", number.upper())
    return None if prefix is None else {"EL": "GR"}.get(prefix[1], prefix[1])


def invoice(one: shapes.Invoice) -> Row:
    """One row of `source_document`."""
    return _document(one.InvoiceID, one.Type, one.InvoiceNumber, one, one.DueDate, one.Total)


def credit_note(one: shapes.CreditNote) -> Row:
    """One row of `source_document`; its total is made negative."""
    total = None if one.Total is None else -one.Total
    return _document(one.CreditNoteID, one.Type, one.CreditNoteNumber, one, one.DueDate, total)


def bank_transaction(one: shapes.BankTransaction) -> Row:
    """One row of `source_document`, of kind other."""
    return _document(one.BankTransactionID, one.Type, one.Reference, one, None, one.Total)


def _document(
    id_: str,
    type_: str,
    number: str | None,
    one: shapes.Invoice | shapes.CreditNote | shapes.BankTransaction,
    due: str | None,
    total: Decimal | None,
) -> Row:
    return (
        id_, id_, _DOCUMENT_KINDS.get(type_, "other"), number or id_,
        one.Contact.ContactID if one.Contact else None, day(one.Date) if one.Date else None,
        day(due) if due else None, one.CurrencyCode, total,
    )  # fmt: skip


def voucher(one: shapes.Journal) -> Row:
    """One row of `voucher`. Journal numbers run across all kinds of source."""
    document = one.SourceID if one.SourceType in _DOCUMENTED else None
    text = one.Reference or next((x.Description for x in one.JournalLines if x.Description), None)
    return (
        one.JournalID, None, str(one.JournalNumber), None, day(one.JournalDate),
        moment(one.CreatedDateUTC), text, document, f"Journals/{one.JournalID}",
    )  # fmt: skip


def postings(one: shapes.Journal, books: Books) -> list[Row]:
    """The rows of `posting` of one journal. Xero states base currency only."""
    return [
        (
            one.JournalID, line.JournalLineID, number, books.code(line), line.NetAmount,
            None, None, None, None, vat_code(line.TaxType), line.Description or None,
            _dimensions(line),
        )
        for number, line in enumerate(one.JournalLines, start=1)
    ]  # fmt: skip


def _dimensions(line: shapes.JournalLine) -> str | None:
    told = {one.Name: one.Option for one in line.TrackingCategories or () if one.Name}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None


def tax_lines(one: shapes.Journal, books: Books) -> list[Row]:
    """The rows of `tax_line` of one journal.

    A line with a tax type is a base, and its tax amount (signed as the line) the VAT of it;
    Xero's own lines on the VAT control account repeat that sum and carry no type. A line
    booked by hand on that account with a type is VAT itself. Of a rate that adds up to 0 (a
    reverse charge) a tax of 0 says nothing, so that the VAT follows from the rate.
    """
    rows: list[Row] = []
    for line in one.JournalLines:
        code = vat_code(line.TaxType)
        if code is None:
            continue
        key = (one.JournalID, line.JournalLineID)
        account_ = books.accounts.get(line.AccountID)
        if account_ is not None and account_.SystemAccount in _CONTROL:
            rows.append((*key, 1, code, "tax", line.NetAmount))
            continue
        rows.append((*key, 1, code, "base", line.NetAmount))
        rate_ = books.rates.get(code)
        if line.TaxAmount or (rate_ is not None and rate_.EffectiveRate):
            rows.append((*key, 2, code, "tax", line.TaxAmount))
    return rows


def year_end(one: shapes.Organisation, on: date) -> date:
    """The last day of the fiscal year that holds a day."""
    for year in (on.year, on.year + 1):
        end = _end(one, year)
        if end >= on:
            return end
    raise AssertionError(on)


def _end(one: shapes.Organisation, year: int) -> date:
    last = monthrange(year, one.FinancialYearEndMonth)[1]
    return date(year, one.FinancialYearEndMonth, min(one.FinancialYearEndDay, last))


def years(one: shapes.Organisation, first: date, last: date) -> list[Row]:
    """Rows of `fiscal_period`: the years of which journals tell.

    Xero keeps no years, only the day they end and two lock dates: nobody may book before
    the year's lock date, and before the period's only advisers may.
    """
    rows = []
    end = year_end(one, first)
    while True:
        start = _end(one, end.year - 1) + timedelta(days=1)
        rows.append((f"year/{end}", "year", start, end, _state(one, end)))
        if end >= last:
            return rows
        end = _end(one, end.year + 1)


def _state(one: shapes.Organisation, end: date) -> str:
    for told, state in ((one.EndOfYearLockDate, "locked"), (one.PeriodLockDate, "closed")):
        if told and day(told) >= end:
            return state
    return "open"


def trial_balance(report: shapes.Report) -> dict[str, Decimal]:
    """Account id → its balance at the report's day, debit positive, from the last two columns.

    Raises `ValueError` for an amount that is no number.
    """
    sums: dict[str, Decimal] = {}
    for cells in _rows(report):
        ids = [a.Value for a in cells[0].Attributes or () if a.Id == "account" and a.Value]
        if ids:
            debit, credit = (_amount(cell.Value) for cell in cells[-2:])
            sums[ids[0]] = sums.get(ids[0], Decimal(0)) + debit - credit
    return sums


def _rows(report: shapes.Report) -> Iterable[list[shapes.Cell]]:
    for part in report.Rows:
        if part.Cells and part.RowType == "Row":
            yield part.Cells
        for row in part.Rows or ():
            if row.Cells:
                yield row.Cells


def _amount(text: str | None) -> Decimal:
    cleaned = (text or "").replace(",", "").strip()
    if not re.fullmatch(r"-?\d*\.?\d*", cleaned):
        raise ValueError(text)
    return Decimal(cleaned or 0)
