"""Which column comes from which, table by table, as a person would ask it.

The open-source Dagster UI stores column lineage but does not draw it, so it is
also rendered as a readable table (`markdown`).

Belongs here: the declaration and its rendering. Does not: figure lineage, which
is data (`report_line_posting`), or anything of Dagster's.
"""

from collections.abc import Mapping

from warehouse.tables import LANDED, TABLES

LANDING = "landed"
"""The asset holding every landed stream; its columns are named `stream.column`."""

_LEDGER_FROM_STREAM = {
    "company": "company",
    "fiscal_period": "fiscal_period",
    "ledger_account": "account",
    "vat_code": "vat_code",
    "party": "party",
    "source_document": "source_document",
    "voucher": "voucher",
    "posting": "posting",
    "tax_line": "tax_line",
    "opening_balance": "opening_balance",
    "control_total": "control_total",
    "bank_balance": "bank_balance",
    "bank_entry": "bank_entry",
}

_PASSED_ON = {
    "finding": ("posting", "voucher", "tax_line", "obligation"),
    "report": ("obligation",),
    "bank_match": ("obligation", "bank_entry", "posting"),
    "bank_reconciliation": ("obligation", "bank_balance"),
    "report_line": ("report",),
    "report_line_posting": ("report", "tax_line"),
    "report_text": ("report",),
    "reconciliation": ("report",),
    "filing": ("report",),
    "delivery": ("filing",),
    "receipt": ("filing",),
    "xbrl_fact_typed": ("xbrl_fact",),
    "company_figure": ("xbrl_fact", "xbrl_filing"),
    "reminder": ("duty_status",),
    "statistic_filing": ("received_filing",),
    "duty_status": ("registered_duty",),
}
"""Columns of the same name that a table takes over from these, the first that has it."""

_FILED = (
    "report_line.field",
    "report_line.amount",
    "report_text.field",
    "report_text.text",
    "company.se_number",
)

_COMPARED = (
    "filed_vat_amount.amount",
    "filed_eu_sale.goods",
    "filed_eu_sale.triangular",
    "filed_eu_sale.services",
    "xbrl_fact.numeric_value",
    "registered_company.industry",
    "registered_company.employees",
)
"""What comparisons of reports are made of; peers are told by industry and employees."""

_REMINDED = (
    "duty_status.cvr",
    "duty_status.report_type",
    "duty_status.period_start",
    "duty_status.period_end",
    "duty_status.state",
)

_STATISTIC = {
    name: (f"statistic_filing.{name}",)
    for name in ("measure", "year", "industry", "size", "region")
} | {
    "companies": ("statistic_filing.cvr",),
    "value": ("statistic_filing.contribution",),
    "suppressed": ("statistic_filing.cvr", "statistic_filing.contribution"),
}

_DERIVED: dict[str, dict[str, tuple[str, ...]]] = {
    "voucher": {"voucher_id": ("landed.voucher.source_id",)},
    "posting": {
        "voucher_id": ("landed.posting.source_id",),
        "posting_date": ("landed.voucher.posting_date",),
        "standard_account_code": (
            "landed.posting.account_code",
            "landed.account.standard_account_code",
        ),
    },
    "tax_line": {
        "voucher_id": ("landed.tax_line.source_id",),
        "posting_date": ("landed.voucher.posting_date",),
        "standard_vat_code": ("landed.tax_line.vat_code", "landed.vat_code.standard_vat_code"),
        "part": ("landed.tax_line.part", "landed.vat_code.part"),
        "amount": ("landed.tax_line.amount", "landed.posting.amount"),
        "rate": ("landed.vat_code.rate",),
        "party_id": ("landed.posting.party_id",),
    },
    "record_change": {
        "voucher_number": ("landed.voucher.voucher_number",),
        "posting_date": ("landed.voucher.posting_date",),
        "old": ("landed.voucher.source_id",),
        "new": ("landed.voucher.source_id",),
    },
    "report": {
        "input_sha256": ("tax_line.amount", "posting.amount", "report_text.text"),
        "reason": ("finding.message",),
    },
    "report_line": {
        "subject": ("party.country", "party.vat_number"),
        "field": (
            "tax_line.standard_vat_code",
            "tax_line.part",
            "ledger_account.standard_account_code",
        ),
        "amount_exact": ("report_line_posting.amount",),
        "amount": ("report_line_posting.amount",),
    },
    "report_line_posting": {
        "subject": ("party.country", "party.vat_number"),
        "field": (
            "tax_line.standard_vat_code",
            "tax_line.part",
            "ledger_account.standard_account_code",
        ),
        "voucher_id": (
            "tax_line.voucher_id",
            "posting.voucher_id",
            "opening_balance.account_code",
        ),
        "line_id": ("tax_line.line_id", "posting.line_id", "opening_balance.balance_date"),
        "amount": ("tax_line.amount", "posting.amount", "opening_balance.amount"),
    },
    "reconciliation": {
        "left_amount": ("report_line.amount_exact",),
        "right_amount": ("posting.amount", "tax_line.amount"),
        "difference": ("report_line.amount_exact", "posting.amount", "tax_line.amount"),
    },
    "bank_match": {
        "entry_source_id": ("bank_entry.source_id",),
        "entry_amount": ("bank_entry.amount",),
        "entry_text": ("bank_entry.counterparty", "bank_entry.text"),
        "posting_amount": ("posting.amount", "posting.amount_currency"),
        "posting_text": ("voucher.voucher_number", "posting.text", "voucher.text"),
    },
    "bank_reconciliation": {
        "entry_count": ("bank_entry.amount",),
        "matched_count": ("bank_match.how",),
        "open_entry_amount": ("bank_match.entry_amount",),
        "open_posting_amount": ("bank_match.posting_amount",),
        "under_way_amount": ("bank_match.entry_amount", "bank_match.posting_amount"),
        "bank_balance": ("bank_balance.amount", "bank_entry.amount"),
        "ledger_balance": ("posting.amount", "opening_balance.amount"),
        "difference": ("bank_balance.amount", "bank_entry.amount", "posting.amount"),
        "unexplained": ("bank_balance.amount", "bank_entry.amount", "posting.amount"),
    },
    "filing": {
        "filing_id": _FILED,
        "byte_count": _FILED,
    },
    "xbrl_filing": {
        "path": ("xbrl_source.place",),
        "place": ("xbrl_source.place",),
        "published_at": ("xbrl_source.published_at",),
        "period_start": ("xbrl_fact.value", "xbrl_fact.period_start"),
        "period_end": ("xbrl_fact.value", "xbrl_fact.period_end"),
        "approval_date": ("xbrl_fact.value",),
        "verdict": ("xbrl_problem.severity",),
        "problem_count": ("xbrl_problem.code",),
        "fact_count": ("xbrl_fact.fact_index",),
    },
    "xbrl_fact_typed": {
        "item_type": ("xbrl_fact.concept",),
        "primitive": ("xbrl_fact.concept",),
        "balance": ("xbrl_fact.concept",),
        "label": ("xbrl_fact.concept", "xbrl_filing.language"),
        "date_value": ("xbrl_fact.value",),
        "moment_value": ("xbrl_fact.value",),
        "boolean_value": ("xbrl_fact.value",),
        "qname_value": ("xbrl_fact.value",),
        "default_value": ("xbrl_fact.concept", "xbrl_fact.value"),
    },
    "filed_vat_amount": {"filing_key": ("received_filing.filing_key",)},
    "filed_eu_sale": {"filing_key": ("received_filing.filing_key",)},
    "intake_run": {
        "received": ("received_filing.filing_key",),
        "quarantined": ("quarantined_filing.filing_key",),
        "table_total": ("received_filing.filing_key", "quarantined_filing.filing_key"),
    },
    "duty_status": {
        "period_start": (
            "registered_duty.frequency",
            "registered_duty.year_end",
            "registered_duty.valid_from",
            "registered_duty.first_year_end",
            "registered_company.registered_from",
        ),
        "period_end": (
            "registered_duty.frequency",
            "registered_duty.year_end",
            "registered_duty.valid_to",
            "registered_duty.first_year_end",
            "registered_company.registered_to",
        ),
        "due_date": (
            "registered_duty.frequency",
            "registered_duty.year_end",
            "registered_duty.company_class",
        ),
        "state": ("received_filing.accepted_at", "received_filing.status"),
        "filing_key": ("received_filing.filing_key",),
        "filed_at": ("received_filing.accepted_at", "received_filing.received_at"),
        "days_late": ("received_filing.accepted_at", "received_filing.received_at"),
        "is_zero": ("received_filing.is_zero",),
        "estimate": ("filed_vat_amount.amount",),
        "explanation": ("filed_vat_amount.amount",),
    },
    "taxonomy_entry_point": {"url": ("xbrl_reference.href",)},
    "cross_check": {
        "cvr": ("received_filing.cvr", "registered_company.cvr"),
        "period_start": ("received_filing.period_start", "xbrl_filing.period_start"),
        "period_end": ("received_filing.period_end", "xbrl_filing.period_end"),
        "subject": ("xbrl_fact.concept", "filed_eu_sale.country", "filed_eu_sale.vat_number"),
        **dict.fromkeys(
            ("stated", "expected", "difference", "outcome", "points", "explanation"), _COMPARED
        ),
    },
    "cross_check_filing": {
        "cvr": ("cross_check.cvr",),
        "rule": ("cross_check.rule",),
        "period_end": ("cross_check.period_end",),
        "subject": ("cross_check.subject",),
        "filing_key": ("received_filing.filing_key",),
    },
    "company_score": {
        "cvr": ("cross_check.cvr", "duty_status.cvr"),
        "year": ("cross_check.period_end", "duty_status.period_end"),
        "points": ("cross_check.points", "duty_status.state"),
        "differing": ("cross_check.outcome",),
        "late": ("duty_status.state",),
        "explanation": ("cross_check.rule", "cross_check.points", "duty_status.state"),
    },
    "company_figure": {
        "entity_scheme": ("xbrl_filing.entity_scheme",),
        "entity_identifier": ("xbrl_filing.entity_identifier",),
        "fiscal_year": ("xbrl_filing.period_end",),
        "period_start": ("xbrl_filing.period_start",),
        "period_end": ("xbrl_filing.period_end",),
        "basis": ("xbrl_dimension.member", "xbrl_fact.namespace"),
        "amount": ("xbrl_fact.numeric_value",),
        "is_comparative": ("xbrl_filing.period_end",),
        "filing_id": (
            "xbrl_filing.filing_id",
            "xbrl_filing.published_at",
            "xbrl_filing.approval_date",
            "xbrl_filing.sequence",
        ),
    },
    "reminder": {
        "message_id": _REMINDED,
        "kind": ("duty_status.state", "duty_status.due_date"),
        "sha256": (*_REMINDED, "registered_company.name", "duty_status.estimate"),
    },
    "statistic": _STATISTIC,
    "statistic_filing": {
        "measure": ("company_figure.concept", "filed_vat_amount.field", "duty_status.state"),
        "year": (
            "company_figure.fiscal_year",
            "received_filing.period_end",
            "duty_status.period_end",
        ),
        "cvr": ("company_figure.entity_identifier", "received_filing.cvr", "duty_status.cvr"),
        "industry": ("registered_company.industry",),
        "size": ("registered_company.employees",),
        "region": ("registered_company.municipality",),
        "filing_key": ("received_filing.filing_key", "duty_status.filing_key"),
        "filing_id": ("company_figure.filing_id", "received_filing.filing_id"),
        "concept": ("company_figure.concept", "filed_vat_amount.field", "duty_status.period_end"),
        "contribution": (
            "company_figure.amount",
            "filed_vat_amount.amount",
            "filed_eu_sale.goods",
            "filed_eu_sale.triangular",
            "filed_eu_sale.services",
            "duty_status.state",
        ),
    },
}


def columns(table: str) -> Mapping[str, tuple[str, ...]]:
    """The columns each column of `table` comes from, written `table.column`."""
    found: dict[str, tuple[str, ...]] = {}
    for name in TABLES[table].names:
        sources = _DERIVED.get(table, {}).get(name) or _passed_on(table, name)
        if sources:
            found[name] = sources
    return found


def markdown(table: str) -> str:
    """The lineage of every column of `table` as a table."""
    known = columns(table)
    rows = [
        f"| {column.name} | {', '.join(known.get(column.name, ())) or '–'} | {column.meaning} |"
        for column in TABLES[table].columns
    ]
    return "\n".join(["| column | comes from | meaning |", "|---|---|---|", *rows])


def _passed_on(table: str, column: str) -> tuple[str, ...]:
    stream = _LEDGER_FROM_STREAM.get(table)
    if stream is not None:
        has_it = column in LANDED[stream].names
        return (f"{LANDING}.{stream}.{column}",) if has_it else ()
    for name in _PASSED_ON.get(table, ()):
        if column in TABLES[name].names:
            return (f"{name}.{column}",)
    return ()
