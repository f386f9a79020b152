"""The annual report (årsrapport): statements of a fiscal year, last year's beside, and words.

Belongs here: the report type `annual_report` and the order its parts are made in. Does not:
the parts themselves (`assets.reports.annual`), the document (`assets.filings.annual_report`).

Source: årsregnskabsloven (LBK 1057/2024) §§ 22-24 and bilag 2.
"""

from collections.abc import Sequence
from datetime import date

import duckdb

from assets.reports import report
from assets.reports.annual import assemble, forms
from assets.reports.annual.inputs import register
from assets.reports.duty import ANNUAL
from assets.workspace import Workspace
from warehouse.operations import Operations, Row

RULE_VERSION = "dk-annual-2024-10"
"""Version of the lines, sums and mapping used (taxonomy 2024-10-01); reports carry it."""


class AnnualReport:
    """The report type `annual_report`."""

    id = "annual_report"
    fields = forms.fields()
    duty = ANNUAL

    def prepare(
        self,
        con: duckdb.DuckDBPyConnection,
        workspace: Workspace,
        operations: Operations,
        obligations: Sequence[Row],
    ) -> None:
        """Make the tables of what the ledger does not know; see `annual.inputs`."""
        register(con, workspace, operations, obligations)

    def build(self, con: duckdb.DuckDBPyConnection, as_of: date) -> None:
        """Create the `out_*` relations; see `report.Report.build`.

        A company is withheld with every reason there is: an account without a line, what
        people have not said yet, books that do not open as last year's report closed.
        """
        report.number_due(con)
        report.register_fields(con, self.fields)
        assemble.run(con)
        report.publish(con, self.id, as_of, RULE_VERSION)


REPORT = AnnualReport()
