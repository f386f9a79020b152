"""The EU sales list (*EU-salg uden moms*): sales per buyer's VAT number.

Belongs here: the columns and which VAT codes fill them. Does not: the file and
the web-service request (`assets.filings.eu_sales_list`) or due dates (`calendar`).

Source: momsloven § 54; column names of `ListeAngivelseFilOpret`
(services/demo/Intrastat/ListeAngivelseFilOpret.wsdl).
"""

from datetime import date

import duckdb

from assets.reports import report
from assets.reports.report import Field
from warehouse import standards


def _column(no: int, element: str, label: str, list_column: str) -> Field:
    codes = ", ".join(
        r.vat_code
        for r in standards.vat_codes().values()
        if not r.alias_of and r.list_column == list_column
    )
    return Field(no, element, label, f"Base amounts under VAT codes {codes}, per buyer")


_COLUMNS = {
    "goods": _column(1, "ListeAngivelseSalgBeloeb", "Varer", "goods"),
    "triangular": _column(2, "ListeAngivelseTrekantBeloeb", "Trekantshandel", "triangular"),
    "services": _column(3, "ListeAngivelseServiceBeloeb", "Ydelser", "services"),
}
FIELDS = tuple(_COLUMNS.values())
"""The amount columns in the file's order."""


class EuSalesList:
    """The report type `eu_sales_list`."""

    id = "eu_sales_list"
    fields = FIELDS

    def build(self, con: duckdb.DuckDBPyConnection, as_of: date) -> None:
        """Create the `out_*` relations; see `report.Report.build`.

        `subject` is prefix and number, e.g. `EL094259216`, one per buyer's VAT
        number however many customers share it. Sales to a buyer without a usable
        number stand under subject '' and withhold the company. A report without
        lines means that nothing is to be filed.
        """
        report.number_due(con)
        report.register_fields(con, self.fields)
        con.execute(
            "CREATE OR REPLACE TEMP TABLE list_field (list_column VARCHAR, field_no SMALLINT)"
        )
        con.executemany(
            "INSERT INTO list_field VALUES (?, ?)",
            [(name, column.field_no) for name, column in _COLUMNS.items()],
        )
        report.run_file(con, "tax_line_use.sql")
        report.run_file(con, "eu_sales_list.sql")
        report.add_up(con)
        report.run_file(con, "eu_sales_list_amount.sql")
        report.publish(con, self.id, as_of)


REPORT: report.Report = EuSalesList()
