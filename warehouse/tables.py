"""Every table, defined once: columns, types, key, grain, meaning.

Arrow schemas, DuckDB DDL, expectations, Dagster column metadata and the data
dictionary in `docs/` derive from here. Money is `MONEY` (DECIMAL(18,2)) in the
company's base currency unless the column says otherwise; debit is positive.

Belongs here: shapes. Does not: storage (`warehouse.store`) or the SQL that
fills a table.
"""

from dataclasses import dataclass

import pyarrow as pa

MONEY = "DECIMAL(18,2)"
FOREIGN = "DECIMAL(20,4)"
RATE = "DECIMAL(18,10)"
SHARE = "DECIMAL(9,6)"

_ARROW = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    MONEY: pa.decimal128(18, 2),
    FOREIGN: pa.decimal128(20, 4),
    RATE: pa.decimal128(18, 10),
    SHARE: pa.decimal128(9, 6),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, SQL type, meaning; nullable unless `required`."""

    name: str
    type: str
    meaning: str
    required: bool = False

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field."""
        return pa.field(self.name, _ARROW[self.type], nullable=not self.required)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `key` is unique; rows are stored sorted by it.

    `partition` says how its Parquet is laid out: by `company` bucket, by company
    bucket and posting `month`, or by report `period` (month in which the
    reporting period ends), report and bucket. `operations` tables are snapshots
    of the operations database.
    """

    name: str
    grain: str
    stage: str
    partition: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def schema(table: Table) -> pa.Schema:
    """The Arrow schema of `table`."""
    return pa.schema([column.arrow for column in table.columns])


def ddl(table: Table) -> str:
    """The DuckDB `CREATE TABLE` statement of `table`."""
    body = ",\n  ".join(
        f"{c.name} {c.type}{' NOT NULL' if c.required else ''}" for c in table.columns
    )
    return f"CREATE TABLE {table.name} (\n  {body}\n)"


def _req(name: str, type_: str, meaning: str) -> Column:
    return Column(name, type_, meaning, required=True)


def _opt(name: str, type_: str, meaning: str) -> Column:
    return Column(name, type_, meaning)


_COMPANY = _req("company_id", "VARCHAR", "our id of the company, from the settings")
_CONNECTION = _req("connection_id", "VARCHAR", "our id of the connection, from the settings")
_LOAD = _req("load_id", "VARCHAR", "the load that last supplied this row")
_SOURCE = _req("source_id", "VARCHAR", "the record's id in the source, unique in its stream")

# What connectors hand over, by stream. A stream's rows carry the source's own
# ids and codes; nothing is mapped yet. `source_id` identifies the record that
# changes as a whole: for `posting` and `tax_line` it is their voucher's.
LANDED: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "company",
            "one company as the source describes it",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("name", "VARCHAR", "registered name"),
                _opt("cvr", "VARCHAR", "company registration number, digits only"),
                _opt("vat_number", "VARCHAR", "VAT registration number as given"),
                _opt("country", "VARCHAR", "ISO 3166-1 alpha-2"),
                _req("base_currency", "VARCHAR", "ISO 4217"),
            ),
        ),
        Table(
            "account",
            "one ledger account",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("account_code", "VARCHAR", "the company's own account number"),
                _req("name", "VARCHAR", "account name"),
                _opt("kind", "VARCHAR", "asset, liability, equity, revenue or expense, if told"),
                _opt("standard_account_code", "VARCHAR", "public standard account, if told"),
                _opt("vat_code", "VARCHAR", "the account's default VAT code, if told"),
            ),
        ),
        Table(
            "vat_code",
            "one of the source's VAT codes (or one leg of it)",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("vat_code", "VARCHAR", "the source's own code, as postings carry it"),
                _req("name", "VARCHAR", "name or description"),
                _opt("rate", SHARE, "as a share: 0.25"),
                _opt("standard_vat_code", "VARCHAR", "public standard VAT code, if told"),
                _opt("part", "VARCHAR", "output or input when this code is one leg only"),
            ),
        ),
        Table(
            "party",
            "one customer or supplier",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("party_id", "VARCHAR", "as postings carry it"),
                _req("name", "VARCHAR", "name"),
                _opt("country", "VARCHAR", "ISO 3166-1 alpha-2"),
                _opt("vat_number", "VARCHAR", "with or without country prefix, as given"),
                _opt("registration_number", "VARCHAR", "CVR or foreign counterpart"),
            ),
        ),
        Table(
            "fiscal_period",
            "one fiscal year or period",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("kind", "VARCHAR", "year or period"),
                _req("start_date", "DATE", "first day"),
                _req("end_date", "DATE", "last day"),
                _req("state", "VARCHAR", "open, closed or locked"),
            ),
        ),
        Table(
            "voucher",
            "one voucher as booked",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _opt("journal_code", "VARCHAR", "journal or series"),
                _req("voucher_number", "VARCHAR", "as printed on the voucher"),
                _opt("voucher_date", "DATE", "date of the document"),
                _req("posting_date", "DATE", "date it counts from in the ledger"),
                _opt("registered_at", "TIMESTAMPTZ", "when it was entered (Bookkeeping Act § 7)"),
                _opt("text", "VARCHAR", "description"),
                _opt("document_id", "VARCHAR", "source document behind it"),
                _req("where_found", "VARCHAR", "file:line or resource path of the record"),
            ),
        ),
        Table(
            "posting",
            "one posting of a voucher",
            "source",
            "load",
            ("source_id", "line_id"),
            (
                _SOURCE,
                _req("line_id", "VARCHAR", "unique in the voucher"),
                _req("line_no", "INTEGER", "1, 2, … in the source's order"),
                _req("account_code", "VARCHAR", "the company's own account number"),
                _req("amount", MONEY, "base currency, debit positive"),
                _opt("currency", "VARCHAR", "ISO 4217 of amount_currency"),
                _opt("amount_currency", FOREIGN, "foreign amount, debit positive"),
                _opt("rate", RATE, "base currency per unit of foreign currency"),
                _opt("party_id", "VARCHAR", "customer or supplier"),
                _opt("vat_code", "VARCHAR", "the source's VAT code on this posting"),
                _opt("text", "VARCHAR", "description"),
                _opt("dimensions", "VARCHAR", "JSON object dimension → object, sorted keys"),
            ),
        ),
        Table(
            "tax_line",
            "what one posting means for VAT, where the source says so",
            "source",
            "load",
            ("source_id", "line_id", "seq"),
            (
                _SOURCE,
                _req("line_id", "VARCHAR", "the posting it belongs to"),
                _req("seq", "SMALLINT", "1, 2, … within the posting"),
                _req("vat_code", "VARCHAR", "the source's own code"),
                _req("part", "VARCHAR", "base or tax"),
                _req("amount", MONEY, "base currency, debit positive"),
            ),
        ),
        Table(
            "opening_balance",
            "one account's stated balance at a date",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("account_code", "VARCHAR", "the company's own account number"),
                _req("kind", "VARCHAR", "opening, closing, result or period"),
                _req("balance_date", "DATE", "opening: first day; the rest: last day"),
                _req("amount", MONEY, "debit positive"),
                _opt("dimensions", "VARCHAR", "JSON object, null for the whole account"),
            ),
        ),
        Table(
            "source_document",
            "one invoice, credit note or other document",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("document_id", "VARCHAR", "as vouchers carry it"),
                _req(
                    "kind",
                    "VARCHAR",
                    "sales_invoice, sales_credit_note, purchase_invoice, "
                    "purchase_credit_note or other",
                ),
                _req("number", "VARCHAR", "document number"),
                _opt("party_id", "VARCHAR", "customer or supplier"),
                _opt("document_date", "DATE", "issue date"),
                _opt("due_date", "DATE", "payment due"),
                _opt("currency", "VARCHAR", "ISO 4217"),
                _opt("total", FOREIGN, "gross, in currency; credit notes negative"),
            ),
        ),
        Table(
            "control_total",
            "one of the source's own totals, with ours beside",
            "source",
            "load",
            ("source_id",),
            (
                _SOURCE,
                _req("kind", "VARCHAR", "entries, vouchers, debit, credit or trial_balance"),
                _req("subject", "VARCHAR", "what is counted: file, period or account"),
                _req("declared", FOREIGN, "what the source says"),
                _req("found", FOREIGN, "what was read"),
                _req("where_found", "VARCHAR", "file:line or resource path"),
            ),
        ),
    )
}

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "load",
            "one pull that brought something, of one connection",
            "source",
            "company",
            ("company_id", "connection_id", "load_id"),
            (
                _COMPANY,
                _CONNECTION,
                _req("load_id", "VARCHAR", "sequence number and content hash"),
                _req("system", "VARCHAR", "connector id"),
                _opt("cursor_from", "VARCHAR", "where the pull began, JSON"),
                _opt("cursor_to", "VARCHAR", "where the next pull begins, JSON"),
                _req("record_count", "BIGINT", "records landed (vouchers count once)"),
                _req("deleted_count", "BIGINT", "records found gone from the source"),
                _req("content_sha256", "VARCHAR", "hash over the landed rows"),
                _req("raw_path", "VARCHAR", "folder of the raw bytes kept as evidence"),
            ),
            "Bookkeeping Act § 12 (kept five years)",
        ),
        Table(
            "company",
            "one company we report for",
            "ledger",
            "company",
            ("company_id",),
            (
                _COMPANY,
                _req("name", "VARCHAR", "registered name"),
                _opt("cvr", "VARCHAR", "CVR number, 8 digits"),
                _opt("se_number", "VARCHAR", "SE number the VAT return is filed under"),
                _req("country", "VARCHAR", "ISO 3166-1 alpha-2"),
                _req("base_currency", "VARCHAR", "ISO 4217"),
            ),
        ),
        Table(
            "connection",
            "one connection to a bookkeeping system",
            "ledger",
            "company",
            ("company_id", "connection_id"),
            (
                _COMPANY,
                _CONNECTION,
                _req("system", "VARCHAR", "connector id"),
                _opt("last_load_id", "VARCHAR", "newest load in the ledger"),
            ),
        ),
        Table(
            "fiscal_period",
            "one fiscal year or period",
            "ledger",
            "company",
            ("company_id", "kind", "start_date"),
            (
                _COMPANY,
                _req("kind", "VARCHAR", "year or period"),
                _req("start_date", "DATE", "first day"),
                _req("end_date", "DATE", "last day"),
                _req("state", "VARCHAR", "open, closed or locked"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
        ),
        Table(
            "ledger_account",
            "one ledger account",
            "ledger",
            "company",
            ("company_id", "account_code"),
            (
                _COMPANY,
                _req("account_code", "VARCHAR", "the company's own number"),
                _req("name", "VARCHAR", "account name"),
                _opt("kind", "VARCHAR", "asset, liability, equity, revenue or expense"),
                _opt("standard_account_code", "VARCHAR", "public standard account it is mapped to"),
                _opt("mapping_origin", "VARCHAR", "explicit, source or null when unmapped"),
                _opt("source_standard_code", "VARCHAR", "standard account as the source told it"),
                _opt("vat_code", "VARCHAR", "default VAT code"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
            "Bookkeeping Act § 15; public standard chart 2025-12",
        ),
        Table(
            "vat_code",
            "one VAT code of the company's own",
            "ledger",
            "company",
            ("company_id", "vat_code"),
            (
                _COMPANY,
                _req("vat_code", "VARCHAR", "the company's own code"),
                _req("name", "VARCHAR", "name"),
                _opt("rate", SHARE, "as a share: 0.25"),
                _opt("standard_vat_code", "VARCHAR", "public standard VAT code it is mapped to"),
                _opt("part", "VARCHAR", "output or input when the code is one leg only"),
                _opt("mapping_origin", "VARCHAR", "explicit, source or null when unmapped"),
                _opt("source_standard_code", "VARCHAR", "standard code as the source told it"),
                _opt("source_part", "VARCHAR", "part as the source told it"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
            "Public standard VAT codes 2025-12",
        ),
        Table(
            "party",
            "one customer or supplier",
            "ledger",
            "company",
            ("company_id", "party_id"),
            (
                _COMPANY,
                _req("party_id", "VARCHAR", "as postings carry it"),
                _req("name", "VARCHAR", "name"),
                _opt("country", "VARCHAR", "ISO 3166-1 alpha-2"),
                _opt("vat_number", "VARCHAR", "as given"),
                _opt("registration_number", "VARCHAR", "CVR or foreign counterpart"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
        ),
        Table(
            "source_document",
            "one invoice, credit note or other document",
            "ledger",
            "company",
            ("company_id", "document_id"),
            (
                _COMPANY,
                _req("document_id", "VARCHAR", "as vouchers carry it"),
                _req(
                    "kind",
                    "VARCHAR",
                    "sales_invoice, sales_credit_note, purchase_invoice, "
                    "purchase_credit_note or other",
                ),
                _req("number", "VARCHAR", "document number"),
                _opt("party_id", "VARCHAR", "customer or supplier"),
                _opt("document_date", "DATE", "issue date"),
                _opt("due_date", "DATE", "payment due"),
                _opt("currency", "VARCHAR", "ISO 4217"),
                _opt("total", FOREIGN, "gross, in currency; credit notes negative"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
            "Bookkeeping Act § 9",
        ),
        Table(
            "voucher",
            "one voucher as booked",
            "ledger",
            "month",
            ("company_id", "voucher_id"),
            (
                _COMPANY,
                _req("voucher_id", "VARCHAR", "connection and the record's id in the source"),
                _opt("journal_code", "VARCHAR", "journal or series"),
                _req("voucher_number", "VARCHAR", "as printed on the voucher"),
                _opt("voucher_date", "DATE", "date of the document"),
                _req("posting_date", "DATE", "date it counts from in the ledger"),
                _opt("registered_at", "TIMESTAMPTZ", "when it was entered"),
                _opt("text", "VARCHAR", "description"),
                _opt("document_id", "VARCHAR", "source document behind it"),
                _req("where_found", "VARCHAR", "file:line or resource path of the record"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
            "Bookkeeping Act §§ 7-9",
        ),
        Table(
            "posting",
            "one posting of a voucher",
            "ledger",
            "month",
            ("company_id", "voucher_id", "line_no", "line_id"),
            (
                _COMPANY,
                _req("voucher_id", "VARCHAR", "its voucher"),
                _req("line_id", "VARCHAR", "unique in the voucher"),
                _req("line_no", "INTEGER", "1, 2, … in the source's order"),
                _req("posting_date", "DATE", "its voucher's"),
                _req("account_code", "VARCHAR", "the company's own account number"),
                _opt("standard_account_code", "VARCHAR", "public standard account"),
                _req("amount", MONEY, "base currency, debit positive"),
                _opt("currency", "VARCHAR", "ISO 4217 of amount_currency"),
                _opt("amount_currency", FOREIGN, "foreign amount, debit positive"),
                _opt("rate", RATE, "base currency per unit of foreign currency"),
                _opt("party_id", "VARCHAR", "customer or supplier"),
                _opt("vat_code", "VARCHAR", "the company's own VAT code"),
                _opt("text", "VARCHAR", "description"),
                _opt("dimensions", "VARCHAR", "JSON object dimension → object"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
            "Bookkeeping Act §§ 7-10",
        ),
        Table(
            "tax_line",
            "what one posting means for VAT",
            "ledger",
            "month",
            ("company_id", "voucher_id", "line_id", "seq"),
            (
                _COMPANY,
                _req("voucher_id", "VARCHAR", "its voucher"),
                _req("line_id", "VARCHAR", "its posting"),
                _req("seq", "SMALLINT", "1, 2, … within the posting"),
                _req("posting_date", "DATE", "its voucher's"),
                _req("vat_code", "VARCHAR", "the company's own code"),
                _opt("standard_vat_code", "VARCHAR", "public standard VAT code; null: unmapped"),
                _req(
                    "part",
                    "VARCHAR",
                    "base, output (VAT owed), input (VAT deducted), stated (told beside what is "
                    "posted; not counted) or tax (leg unknown: the code is unmapped)",
                ),
                _req("source_part", "VARCHAR", "base or tax, as the source said it"),
                _req("amount", MONEY, "base currency, debit positive: sales and output negative"),
                _opt("rate", SHARE, "the code's rate as a share"),
                _opt("party_id", "VARCHAR", "customer or supplier of the posting or its voucher"),
                _req(
                    "origin",
                    "VARCHAR",
                    "source: told by the source; derived: computed by us "
                    "from the posting's VAT code",
                ),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
            "Bookkeeping Act § 8 (transaction trail)",
        ),
        Table(
            "opening_balance",
            "one account's stated balance at a date",
            "ledger",
            "company",
            ("company_id", "account_code", "kind", "balance_date", "source_id"),
            (
                _COMPANY,
                _req("account_code", "VARCHAR", "the company's own account number"),
                _req("kind", "VARCHAR", "opening, closing, result or period"),
                _req("balance_date", "DATE", "opening: first day; the rest: last day"),
                _req("amount", MONEY, "debit positive"),
                _opt("dimensions", "VARCHAR", "JSON object, null for the whole account"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
        ),
        Table(
            "control_total",
            "one of the source's own totals, with ours beside",
            "ledger",
            "company",
            ("company_id", "connection_id", "source_id"),
            (
                _COMPANY,
                _req("kind", "VARCHAR", "entries, vouchers, debit, credit or trial_balance"),
                _req("subject", "VARCHAR", "what is counted: file, period or account"),
                _req("declared", FOREIGN, "what the source says"),
                _req("found", FOREIGN, "what was read"),
                _req("where_found", "VARCHAR", "file:line or resource path"),
                _CONNECTION,
                _SOURCE,
                _LOAD,
            ),
        ),
        Table(
            "record_change",
            "one record changed or deleted in the source after it was landed",
            "ledger",
            "company",
            ("company_id", "connection_id", "load_id", "stream", "source_id"),
            (
                _COMPANY,
                _CONNECTION,
                _LOAD,
                _req("stream", "VARCHAR", "voucher, account, vat_code, party or document"),
                _SOURCE,
                _req("change", "VARCHAR", "changed or deleted"),
                _opt("voucher_number", "VARCHAR", "for vouchers"),
                _opt("posting_date", "DATE", "for vouchers: the old posting date"),
                _req("previous_load_id", "VARCHAR", "the load that held the old record"),
                _req("old", "VARCHAR", "the old record as JSON"),
                _opt("new", "VARCHAR", "the new record as JSON; null when deleted"),
            ),
            "Bookkeeping Act § 9 (control trail)",
        ),
        Table(
            "finding",
            "one rule's result about one place",
            "checks",
            "period",
            ("company_id", "rule", "place", "message"),
            (
                _COMPANY,
                _req("rule", "VARCHAR", "rule id"),
                _req("severity", "VARCHAR", "error withholds; warning and note do not"),
                _req("place", "VARCHAR", "voucher and line, file and line, or field"),
                _req("message", "VARCHAR", "what was expected and found"),
                _req("remedy", "VARCHAR", "what to do next"),
                _opt("voucher_id", "VARCHAR", "voucher it is about"),
                _opt("line_id", "VARCHAR", "posting it is about"),
                _opt("expected", "VARCHAR", "expected value as text"),
                _opt("found", "VARCHAR", "found value as text"),
                _req("period", "VARCHAR", "yyyy-mm: month in which the checked period ends"),
            ),
        ),
        Table(
            "report",
            "one report of one company for one period",
            "report",
            "period",
            ("company_id", "report_type", "period_start", "period_end"),
            (
                _req("report_id", "VARCHAR", "SHA-256 of the report's content, 32 digits"),
                _COMPANY,
                _req("report_type", "VARCHAR", "vat_return or eu_sales_list"),
                _req("period_start", "DATE", "first day"),
                _req("period_end", "DATE", "last day"),
                _req("state", "VARCHAR", "ready, withheld or provisional (period not ended)"),
                _opt("reason", "VARCHAR", "why it is withheld"),
                _req("line_count", "BIGINT", "report lines"),
                _req("input_sha256", "VARCHAR", "hash over the tax lines it was made from"),
                _req("rule_version", "VARCHAR", "version of the VAT code table used"),
            ),
        ),
        Table(
            "report_line",
            "one field of a report (for one subject)",
            "report",
            "period",
            ("company_id", "report_type", "period_start", "period_end", "subject", "field"),
            (
                _req("report_id", "VARCHAR", "its report"),
                _COMPANY,
                _req("report_type", "VARCHAR", "vat_return or eu_sales_list"),
                _req("period_start", "DATE", "first day"),
                _req("period_end", "DATE", "last day"),
                _req("subject", "VARCHAR", "empty, or the buyer's country and VAT number"),
                _req("field", "VARCHAR", "official element name"),
                _req("field_no", "SMALLINT", "position in the official schema"),
                _req("amount_exact", MONEY, "sum of its postings, sign as reported"),
                _req("amount", "BIGINT", "whole kroner as reported (øre dropped)"),
                _req("formula", "VARCHAR", "how it is made, in words"),
            ),
            "Momsloven § 57",
        ),
        Table(
            "report_line_posting",
            "what one tax line gives one report line",
            "report",
            "period",
            (
                "company_id",
                "report_type",
                "period_start",
                "period_end",
                "subject",
                "field",
                "voucher_id",
                "line_id",
                "seq",
            ),
            (
                _req("report_id", "VARCHAR", "its report"),
                _COMPANY,
                _req("report_type", "VARCHAR", "vat_return or eu_sales_list"),
                _req("period_start", "DATE", "first day"),
                _req("period_end", "DATE", "last day"),
                _req("subject", "VARCHAR", "as in report_line"),
                _req("field", "VARCHAR", "as in report_line"),
                _req("voucher_id", "VARCHAR", "voucher"),
                _req("line_id", "VARCHAR", "posting"),
                _req("seq", "SMALLINT", "tax line; 0 where the posting itself counts"),
                _req("amount", MONEY, "contribution, sign as reported; they sum to amount_exact"),
            ),
            "Bookkeeping Act § 8 (report figures resolvable into registrations)",
        ),
        Table(
            "reconciliation",
            "one comparison shown with a report",
            "report",
            "period",
            ("company_id", "report_type", "period_start", "period_end", "rule", "subject"),
            (
                _COMPANY,
                _req("report_type", "VARCHAR", "vat_return or eu_sales_list"),
                _req("period_start", "DATE", "first day"),
                _req("period_end", "DATE", "last day"),
                _req("rule", "VARCHAR", "rule id"),
                _req("subject", "VARCHAR", "what is compared"),
                _req("left_name", "VARCHAR", "first side"),
                _req("left_amount", MONEY, "its amount"),
                _req("right_name", "VARCHAR", "second side"),
                _req("right_amount", MONEY, "its amount"),
                _req("difference", MONEY, "left minus right"),
                _req("is_within_tolerance", "BOOLEAN", "true when it needs no explanation"),
            ),
            "Bookkeeping Act § 11",
        ),
        Table(
            "obligation",
            "one report due from one company for one period",
            "delivery",
            "operations",
            ("company_id", "report_type", "period_start", "period_end"),
            (
                _COMPANY,
                _req("report_type", "VARCHAR", "vat_return or eu_sales_list"),
                _req("period_start", "DATE", "first day"),
                _req("period_end", "DATE", "last day"),
                _req("frequency", "VARCHAR", "month, quarter or half_year"),
                _req("due_date", "DATE", "file by this day"),
                _opt("payment_date", "DATE", "pay by this day"),
                _req("origin", "VARCHAR", "law: computed; authority: from its calendar service"),
                _req("state", "VARCHAR", "open, filed or fulfilled"),
            ),
            "Momsloven § 57",
        ),
        Table(
            "filing",
            "the exact bytes to submit",
            "filing",
            "operations",
            ("filing_id",),
            (
                _req("filing_id", "VARCHAR", "SHA-256 of the bytes"),
                _COMPANY,
                _req("report_id", "VARCHAR", "the report it carries"),
                _req("report_type", "VARCHAR", "vat_return or eu_sales_list"),
                _req("period_start", "DATE", "first day"),
                _req("period_end", "DATE", "last day"),
                _req("media_type", "VARCHAR", "application/xml or text/csv"),
                _req("path", "VARCHAR", "where the bytes lie, below the storage folder"),
                _req("byte_count", "BIGINT", "size"),
                _req(
                    "state",
                    "VARCHAR",
                    "built, validated, approved, sent, awaiting_approval, "
                    "accepted, rejected, receipted or superseded",
                ),
                _opt("replaces_filing_id", "VARCHAR", "the filing this one corrects"),
                _req("created_at", "TIMESTAMPTZ", "when it was built"),
                _opt("approved_by", "VARCHAR", "who said go; policy:automatic for none"),
                _opt("approved_at", "TIMESTAMPTZ", "when"),
            ),
        ),
        Table(
            "delivery",
            "one attempt to deliver one filing",
            "delivery",
            "operations",
            ("delivery_id",),
            (
                _req("delivery_id", "VARCHAR", "filing id and attempt number"),
                _req("filing_id", "VARCHAR", "what was sent"),
                _COMPANY,
                _req("channel", "VARCHAR", "sandbox or a configured live channel"),
                _req("operation", "VARCHAR", "submit, receipt or lookup"),
                _req("attempt", "INTEGER", "1, 2, …"),
                _req("transaction_id", "VARCHAR", "TransaktionIdentifikator, ours"),
                _req("started_at", "TIMESTAMPTZ", "written before anything is sent"),
                _opt("finished_at", "TIMESTAMPTZ", "null: no answer was seen"),
                _opt(
                    "outcome",
                    "VARCHAR",
                    "accepted, pending, rejected, transient, "
                    "failed, or absent: the authority was asked and has nothing",
                ),
                _opt("code", "VARCHAR", "the authority's code"),
                _opt("message", "VARCHAR", "the authority's text or our error"),
                _opt("request_sha256", "VARCHAR", "hash of the bytes sent"),
                _opt("response_sha256", "VARCHAR", "hash of the bytes answered"),
            ),
        ),
        Table(
            "receipt",
            "the authority's receipt for one filing",
            "receipt",
            "operations",
            ("filing_id",),
            (
                _req("filing_id", "VARCHAR", "what it acknowledges"),
                _COMPANY,
                _req("received_at", "TIMESTAMPTZ", "when we got it"),
                _req("reference", "VARCHAR", "the authority's transaction or receipt number"),
                _req("sha256", "VARCHAR", "hash of the answer's bytes"),
                _req("path", "VARCHAR", "where the answer lies, below the storage folder"),
                _opt("pdf_path", "VARCHAR", "where the PDF lies"),
                _opt("payment_line", "VARCHAR", "OCR line, e.g. +71<1234567890123456+12345678<"),
                _opt("amount_to_pay", "BIGINT", "whole kroner; negative: refund"),
                _opt("payment_date", "DATE", "pay by this day"),
            ),
        ),
    )
}
