"""Stage checks: rules and suites over the ledger and the reports."""
