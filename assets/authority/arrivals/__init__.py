"""What arrived at the authority, as tables, and what was due.

Reading order: `service` (what is asked of the receiving service), `folding` (events to where
each report stands), `contents` (a report's bytes to rows), `batch` and `writing` (one batch into
the tables), `run` (from the cursor on, counted), `again`, `annual` (annual reports into the
intake), `registers` (snapshots); then `duties` (what was due against what arrived).
"""
