"""Stage ledger: landed records become the canonical ledger."""
