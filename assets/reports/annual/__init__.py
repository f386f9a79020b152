"""The annual report's parts: the ledger's year, statements, rounding, comparatives, people's words."""
