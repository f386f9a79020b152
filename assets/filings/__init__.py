"""Stage filings: a report becomes the exact bytes to submit."""
