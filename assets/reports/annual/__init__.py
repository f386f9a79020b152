"""The annual report's parts: the ledger's year, statements, comparatives, people's words."""
