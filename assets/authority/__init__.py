"""The authority's side: what a receiving authority runs beside `assets.intake`.

Reading order: `service` (the server that takes filings in), `register` (companies, duties,
mandates as tables), `arrivals` (what was received, against what was due), `reminders` (Digital
Post), `cross` (one report against another), `statistics` (what is published).
"""
