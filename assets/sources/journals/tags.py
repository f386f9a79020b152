"""What tags say: VAT codes, voucher numbers, customers and suppliers.

A tag on a posting counts for that posting. A tag on a transaction counts for its
revenue and expense postings: they are what VAT is reckoned from, while VAT
accounts, banks and debtors are not. A tag on an account counts for every posting
on it. The nearest one counts; an empty tag says that there is no VAT code.

Belongs here: which tag counts where. Does not: how a program writes tags.
"""

import re
from collections.abc import Mapping

from assets.sources.journals.model import Account, Entry, Journal, Line, Party, VatCode
from assets.sources.row_batches import Notes
from quality.finding import Severity

_BASE_KINDS = frozenset({"revenue", "expense"})
_VAT_NUMBER = re.compile(r"[A-Z]{2}(?=[0-9A-Z+*]*\d)[0-9A-Z+*]{2,12}")


def place_vat_codes(journal: Journal, tag: str, notes: Notes) -> None:
    """Give each line its VAT code, and the journal its list of codes."""
    unknown: set[str] = set()
    for entry in journal.entries:
        told = entry.tags.get(tag)
        for line in entry.lines:
            account = journal.accounts.get(line.account)
            line.vat_code = line.vat_code or _code(line.tags, told, account, tag)
            is_open = account is None or account.kind is None
            if told and is_open and line.vat_code is None and tag not in line.tags:
                if line.account not in unknown:
                    _tell_unknown(journal, entry, line, tag, notes)
                unknown.add(line.account)
        if told and not any(line.vat_code for line in entry.lines):
            notes.add(
                f"{journal.system}.vat_code_without_base", Severity.ERROR, entry.where,
                f"Voucher {entry.label} has {tag} {told}, but no posting on a revenue or expense "
                f"account that it could be about ({entry.where}).",
                f"Put the tag {tag} on the posting that VAT is reckoned from.",
            )  # fmt: skip
    list_vat_codes(journal)


def _tell_unknown(journal: Journal, entry: Entry, line: Line, tag: str, notes: Notes) -> None:
    notes.add(
        f"{journal.system}.account_kind_unknown", Severity.WARNING, line.where,
        f"{line.account} is of no known kind, so {tag} {entry.tags[tag]} of voucher {entry.label} "
        f"is not put on its posting ({line.where}).",
        f"Say the account's kind (such as `account {line.account}  ; type:R`), or put the tag on "
        "the posting.",
    )  # fmt: skip


def list_vat_codes(journal: Journal) -> None:
    """Every code a line has, beside those the source describes."""
    for entry in journal.entries:
        for line in entry.lines:
            if line.vat_code:
                journal.vat_codes.setdefault(line.vat_code, VatCode(line.vat_code, line.vat_code))


def number_vouchers(journal: Journal, tag: str, notes: Notes) -> None:
    """Voucher numbers from a tag where there is one; who has none is told."""
    for entry in journal.entries:
        entry.number = (entry.tags.get(tag) or "").strip() or entry.number
    without = [entry for entry in journal.entries if not entry.number]
    if without:
        notes.add(
            f"{journal.system}.no_voucher_number", Severity.NOTE, without[0].where,
            f"Transactions without a voucher number: {len(without)} of {len(journal.entries)}, the "
            f"first at {without[0].where}. They are numbered by day, as 2026-01-31/1.",
            f"Give each its number (tag {tag}), so that the document behind it is found.",
        )  # fmt: skip


def place_parties(journal: Journal, tag: str) -> None:
    """Customers and suppliers: a tag with their VAT number (or a number of the company's
    own) on the posting or the transaction. The payee is the name.
    """
    found: dict[str, Party] = {}
    for entry in journal.entries:
        for line in entry.lines:
            told = (line.tags.get(tag) or entry.tags.get(tag) or "").strip()
            if not told:
                continue
            line.party = told
            number = told.replace(" ", "")
            is_vat = _VAT_NUMBER.fullmatch(number) is not None
            found[told] = Party(
                told, entry.payee or entry.text or told, number[:2] if is_vat else None,
                number if is_vat else None,
            )  # fmt: skip
    journal.parties += found.values()


def _code(
    own: Mapping[str, str], told: str | None, account: Account | None, tag: str
) -> str | None:
    if tag in own:
        return own[tag] or None
    kind = account.kind if account else None
    if told is not None and kind in _BASE_KINDS:
        return told or None
    if account is not None and account.tags.get(tag):
        return account.tags[tag]
    return None
