"""The EU sales list (EU-salg uden moms) as the file the authority takes.

Records end with CR LF and hold nine comma-separated fields: one start record
(0), one record per buyer (2), one end record (10) with count and total.

    0,<SE number>,LISTE,,,,,,
    2,<our reference>,<period end>,<SE number>,<country>,<VAT no.>,<goods>,<triangular>,<services>
    10,<number of buyers>,<sum of all amounts>,,,,,,

Belongs here: writing, reading and checking that file. Does not: the amounts
(`assets.reports.eu_sales_list`) or sending (`assets.deliveries.skat`).

Source: skat.dk, "EU-salg uden moms, filstruktur" (oid 392): one record per
buyer, no record with three zeros, no blank line after the last record, a
negative amount carries a minus sign (oid 1843345).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.filings.vat_return import se_number_of
from quality.finding import Finding, Severity
from quality.numbers import eu_vat_compact, eu_vat_defect
from warehouse.errors import PermanentError

MEDIA_TYPE = "text/csv"
GOODS = "ListeAngivelseSalgBeloeb"
TRIANGULAR = "ListeAngivelseTrekantBeloeb"
SERVICES = "ListeAngivelseServiceBeloeb"
_ORDER = (GOODS, TRIANGULAR, SERVICES)

# Source: Council Directive 2006/112/EC art. 215 (Greece uses EL) and the Windsor
# Framework (Northern Ireland, goods only: XI). A Danish buyer is not listed.
COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buyer:
    """One buyer's sales in the period, whole kroner; a net credit is negative."""

    reference: str
    country: str
    vat_number: str
    goods: int
    triangular: int
    services: int


@dataclass(frozen=True, slots=True)
class SalesList:
    """What one list's bytes say."""

    se_number: str
    period_end: date
    buyers: tuple[Buyer, ...]


def render(
    report_row: Mapping[str, Any],
    line_rows: Iterable[Mapping[str, Any]],
    company: Mapping[str, Any],
) -> bytes:
    """The bytes of one list, from rows of `report`, `report_line` (subject: the
    buyer's country and VAT number) and `company`. Buyers come in the order of
    country and number and are numbered so; a buyer whose amounts are all zero
    is left out, as the format demands.

    Raises: PermanentError when there is no SE number, no buyer with an amount,
    or a line is not a field of the list or comes twice.
    """
    amounts: dict[tuple[str, str], dict[str, int]] = {}
    for line in line_rows:
        buyer = amounts.setdefault(_split(str(line["subject"])), {})
        field = str(line["field"])
        if field not in _ORDER or field in buyer:
            what = "twice" if field in buyer else "which is no field of the EU sales list"
            raise PermanentError(
                f"Writing the EU sales list of {company['company_id']}: the report holds {field} "
                f"for {line['subject']} {what}. Build the report again; if it persists this is a "
                "defect of the report."
            )
        buyer[field] = int(line["amount"])
    listed = [(key, found) for key, found in sorted(amounts.items()) if any(found.values())]
    if not listed:
        raise PermanentError(
            f"Writing the EU sales list of {company['company_id']} for the period to "
            f"{report_row['period_end']}: it holds no sales, and a list without sales is not filed."
        )
    buyers = tuple(
        Buyer(str(number), *key, *(found.get(field, 0) for field in _ORDER))
        for number, (key, found) in enumerate(listed, start=1)
    )
    return write(SalesList(se_number_of(company), report_row["period_end"], buyers))


def write(sales_list: SalesList) -> bytes:
    """The bytes of `sales_list`."""
    se_number = sales_list.se_number
    records = [f"0,{se_number},LISTE,,,,,,"]
    records += [
        f"2,{b.reference},{sales_list.period_end},{se_number},{b.country},{b.vat_number},"
        f"{b.goods},{b.triangular},{b.services}"
        for b in sales_list.buyers
    ]
    records.append(f"10,{len(sales_list.buyers)},{_total(sales_list.buyers)},,,,,,")
    return "".join(f"{record}\r\n" for record in records).encode("ascii")


def read(content: bytes) -> SalesList:
    """What the bytes of a list say.

    Raises: PermanentError naming the first record that is not as it must be.
    """
    findings = [finding for finding in validate(content) if finding.rule == _FORMAT]
    if findings:
        raise PermanentError(f"These bytes are not an EU sales list: {findings[0].message}")
    return _read(content)


_FORMAT = "eu_sales_list.format"


def validate(content: bytes, company_id: str = "") -> list[Finding]:
    """What the authority would say against these bytes, as findings that withhold:
    the file's shape, then each buyer, then count and total.
    """
    wrong = _shape(content)
    if not wrong:
        sales_list = _read(content)
        wrong = [*_buyers(sales_list), *_trailer(content, sales_list)]
    return [
        Finding(rule, Severity.ERROR, company_id, where, message, remedy)
        for rule, where, message, remedy in wrong
    ]


_Wrong = tuple[str, str, str, str]
_REBUILD = "Build the report again; if it persists this is a defect of the report."


def _shape(content: bytes) -> list[_Wrong]:
    """The first thing wrong with records, separators, field counts, numbers or dates."""
    for where, message in _shape_problems(content):
        return [(_FORMAT, where, message, _REBUILD)]
    return []


def _shape_problems(content: bytes) -> Iterator[tuple[str, str]]:
    """What is wrong with the file's shape; each problem is judged only when those
    before it are absent, so a caller takes the first.
    """
    if not content.isascii():
        yield "file", "The file holds characters outside ASCII."
    text = content.decode("ascii", "replace")
    if not text.endswith("\r\n") or "\n" in text.replace("\r\n", ""):
        yield "last record", "Every record must end with CR LF."
    records = [record.split(",") for record in text.removesuffix("\r\n").split("\r\n")]
    for number, fields in enumerate(records, start=1):
        if len(fields) != 9:
            yield f"record {number}", f"Record {number} has {len(fields)} fields, not 9."
    kinds = [fields[0] for fields in records]
    if kinds != ["0", *["2"] * (len(kinds) - 2), "10"]:
        yield "file", f"The records are {', '.join(kinds)}; expected 0, then 2s, then 10."
    yield from _start_problems(records[0])
    for number, fields in enumerate(records[1:-1], start=2):
        if problem := _record(fields, records[0][1], records[1][2]):
            yield f"record {number}", f"Record {number} {problem}."
    if not (_whole(records[-1][1], 9) and _whole(records[-1][2], 15)):
        yield f"record {len(records)}", "The last record must hold a count and a total."


def _start_problems(fields: list[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the start record."""
    if fields[2:] != ["LISTE", *[""] * 6]:
        yield "record 1", "The first record must read 0,<SE number>,LISTE,,,,,,."
    if not (len(fields[1]) == 8 and _whole(fields[1], 8)):
        yield "record 1", f"The list's number is {fields[1]!r}; eight digits are expected."


def _record(fields: list[str], se_number: str, period_end: str) -> str | None:
    """What is wrong with one buyer's record, given the first record's number and period."""
    _, reference, end, filer, _, _, *amounts = fields
    if not 1 <= len(reference) <= 10:
        return f"has a reference of {len(reference)} characters; 1 to 10 are allowed"
    if filer != se_number:
        return f"is for {filer}, but the list is {se_number}'s"
    if end != period_end:
        return f"is for the period to {end}, but the first buyer's is to {period_end}"
    if not _is_date(end):
        return f"has the period end {end}, which is not a date yyyy-mm-dd"
    if not all(_whole(amount, 15) for amount in amounts):
        return f"has amounts {', '.join(amounts)}; whole kroner are expected"
    return None


def _read(content: bytes) -> SalesList:
    records = [line.split(",") for line in content.decode("ascii").split("\r\n")][:-1]
    buyers = tuple(
        Buyer(reference, country, number, int(goods), int(triangular), int(services))
        for _, reference, _, _, country, number, goods, triangular, services in records[1:-1]
    )
    end = date.fromisoformat(records[1][2]) if buyers else date.min
    return SalesList(records[0][1], end, buyers)


def _buyers(sales_list: SalesList) -> Iterable[_Wrong]:
    """Each buyer's country, number and amounts; no buyer twice."""
    if not sales_list.buyers:
        yield (
            "eu_sales_list.empty", "list", "The list holds no buyer.",
            "A list without sales is not filed.",
        )  # fmt: skip
    seen: set[tuple[str, str]] = set()
    for buyer in sales_list.buyers:
        where = f"{buyer.country}{buyer.vat_number}"
        key = (buyer.country, buyer.vat_number)
        if key in seen:
            yield ("eu_sales_list.buyer_twice", where, f"Buyer {where} is listed twice.", _REBUILD)
        seen.add(key)
        if problem := buyer_problem(buyer.country, buyer.vat_number):
            remedy = "Correct the customer's VAT number in the bookkeeping system, then pull."
            yield ("eu_sales_list.vat_number", where, problem, remedy)
        if not (buyer.goods or buyer.triangular or buyer.services):
            message = f"Buyer {where} has no amount other than zero."
            yield ("eu_sales_list.zero", where, message, _REBUILD)


def _trailer(content: bytes, sales_list: SalesList) -> Iterable[_Wrong]:
    """Count and total of the last record against the records."""
    _, count, total, *_ = content.decode("ascii").removesuffix("\r\n").split("\r\n")[-1].split(",")
    expected = (len(sales_list.buyers), _total(sales_list.buyers))
    if (int(count), int(total)) != expected:
        message = (
            f"The last record says {count} buyers and {total} kr.; the records hold "
            f"{expected[0]} and {expected[1]} kr."
        )
        yield ("eu_sales_list.total", "last record", message, _REBUILD)


def buyer_problem(country: str, vat_number: str) -> str | None:
    """What is wrong with a buyer's VAT number by country and check digits, or None.

    >>> buyer_problem("GR", "094259216")
    'Country GR is not one of the EU sales list; Greece is EL, Northern Ireland XI.'
    >>> buyer_problem("EL", "094259216") is None
    True
    """
    if country not in COUNTRIES:
        return (
            f"Country {country} is not one of the EU sales list; Greece is EL, Northern Ireland XI."
        )
    has_prefix = vat_number.startswith(country) and eu_vat_defect(vat_number) is None
    if has_prefix or eu_vat_defect(country + vat_number) is not None:
        return f"{vat_number} is not a VAT number of {country} (written without its prefix)."
    return None


def _total(buyers: Iterable[Buyer]) -> int:
    return sum(b.goods + b.triangular + b.services for b in buyers)


def _split(subject: str) -> tuple[str, str]:
    """Country and number of a subject such as `DE811234567`; GR becomes EL."""
    country, number = subject[:2].upper(), eu_vat_compact(subject[2:])
    return ("EL" if country == "GR" else country), number


def _whole(text: str, digits: int) -> bool:
    body = text.removeprefix("-")
    return body.isascii() and body.isdigit() and len(body) <= digits


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
