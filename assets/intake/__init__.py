"""The intake: filings received become tables, with a verdict on each.

Reading order: `found` (a place with a filing), `files` and `index` (where filings come from),
`reading` (one filing's bytes to rows), `bulk` (a batch of filings to judged rows, the function
every engine runs), `bulk_pool` (in processes, each batch within its time) or `bulk_spark` (on a
cluster), `batch` (tables to the warehouse), `take_in` (all of it), `figures` (what counts for a
company's fiscal year), `compact` (many small files to few).
"""
