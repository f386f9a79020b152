"""The intake: filings received become tables, with a verdict on each.

Reading order: `found` (a place with a filing), `files` and `index` (where filings come from),
`reading` (bytes to tables, in a process of its own), `pool` (many at once, each within its
time), `batch` (tables to the warehouse), `take_in` (all of it), `figures` (what counts for a
company's fiscal year), `compact` (many small files to few).
"""
