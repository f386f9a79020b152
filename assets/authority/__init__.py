"""The authority's side: what a receiving authority runs beside `assets.intake`.

Reading order: `service` (the server that takes filings in, and its register), `arrivals` (what
was received, as tables and against what was due), `reminders` (Digital Post), `cross` (one report
against another), `statistics` (what is published). The pages over all of it are `assets.desk`.
"""
