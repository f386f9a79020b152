"""The Danish VAT return: seventeen fields from the tax lines of a period.

Belongs here: the fields in official order and how they add up. Does not: what a
VAT code does (`warehouse/data/standard_vat_code.csv`), the XML that is sent
(`assets.filings.vat_return`) or when it is due (`calendar`).

Source: element order of `ModtagMomsangivelseForeloebig` (urn:oio:skat:
nemvirksomhed:1.0.0); momsloven §§ 56-57.
"""

from datetime import date
from decimal import Decimal

import duckdb

from assets.reports import report
from assets.reports.report import Field
from warehouse import standards

_DUTY = {account.vat_role: account for account in standards.accounts().values()}


def truncated(amount: Decimal) -> int:
    """Whole kroner with the øre dropped, toward zero, as the SQL does it.

    >>> truncated(Decimal("4457.99")), truncated(Decimal("-375.56"))
    (4457, -375)

    Source: momsloven § 57 stk. 1: "idet der bortses fra ørebeløb".
    """
    return int(amount)


def _codes(column: str, field: str) -> str:
    """The standard codes whose `column` names `field`: `S01, S83, …`."""
    rows = standards.vat_codes().values()
    return ", ".join(r.vat_code for r in rows if not r.alias_of and getattr(r, column) == field)


def _base(no: int, element: str, label: str) -> Field:
    formula = f"Base amounts under VAT codes {_codes('base_field', element)}"
    return Field(no, element, label, formula)


def _owed(no: int, element: str, label: str) -> Field:
    return Field(
        no, element, label, f"VAT owed under VAT codes {_codes('output_field', element)}", 1
    )


def _duty(no: int, element: str, label: str) -> Field:
    account = _DUTY[element]
    formula = (
        f"Movement on accounts mapped to standard account {account.account_code} "
        f"{account.name_da}, without vouchers that settle VAT"
    )
    return Field(no, element, label, formula, -1)


TOTAL = Field(
    1,
    "MomsAngivelseAfgiftTilsvarBeloeb",
    "Moms i alt (afgiftstilsvar)",
    "Fields 14 + 11 + 12 - 9 - 13 - 6 - 8 - 10 - 2 - 15, each in whole kroner",
    is_total=True,
)

FIELDS: tuple[Field, ...] = (
    TOTAL,
    _duty(2, "MomsAngivelseCO2AfgiftBeloeb", "CO2-afgift"),
    _base(3, "MomsAngivelseEUKoebBeloeb", "Rubrik A - varer"),
    _base(
        4,
        "MomsAngivelseEUSalgBeloebVarerBeloeb",
        "Rubrik B - varer, indberettes til EU-salg uden moms",
    ),
    _base(
        5,
        "MomsAngivelseIkkeEUSalgBeloebVarerBeloeb",
        "Rubrik B - varer, indberettes ikke til EU-salg uden moms",
    ),
    _duty(6, "MomsAngivelseElAfgiftBeloeb", "Elafgift"),
    _base(7, "MomsAngivelseEksportOmsaetningBeloeb", "Rubrik C"),
    _duty(8, "MomsAngivelseGasAfgiftBeloeb", "Naturgas- og bygasafgift"),
    Field(
        9,
        "MomsAngivelseKoebsMomsBeloeb",
        "Købsmoms",
        f"VAT deducted under VAT codes {_codes('input_field', 'MomsAngivelseKoebsMomsBeloeb')}",
        -1,
    ),
    _duty(10, "MomsAngivelseKulAfgiftBeloeb", "Kulafgift"),
    _owed(11, "MomsAngivelseMomsEUKoebBeloeb", "Moms af varekøb i udlandet"),
    _owed(
        12,
        "MomsAngivelseMomsEUYdelserBeloeb",
        "Moms af ydelseskøb i udlandet med omvendt betalingspligt",
    ),
    _duty(13, "MomsAngivelseOlieAfgiftBeloeb", "Olie- og flaskegasafgift"),
    _owed(14, "MomsAngivelseSalgsMomsBeloeb", "Salgsmoms"),
    _duty(15, "MomsAngivelseVandAfgiftBeloeb", "Vandafgift"),
    _base(16, "MomsAngivelseEUKoebYdelseBeloeb", "Rubrik A - ydelser"),
    _base(17, "MomsAngivelseEUSalgYdelseBeloeb", "Rubrik B - ydelser"),
)
"""The fields in official order."""


class VatReturn:
    """The report type `vat_return`."""

    id = "vat_return"
    fields = FIELDS

    def build(self, con: duckdb.DuckDBPyConnection, as_of: date) -> None:
        """Create the `out_*` relations; see `report.Report.build`.

        Every company due gets all seventeen fields, zero returns too. A company
        whose tax lines are unmapped or would be lost is withheld with the codes.
        """
        report.number_due(con)
        report.register_fields(con, self.fields)
        report.run_file(con, "tax_line_use.sql")
        report.run_file(con, "vat_return.sql")
        report.add_up(con)
        report.run_file(con, "vat_return_amount.sql")
        report.publish(con, self.id, as_of)


REPORT: report.Report = VatReturn()
