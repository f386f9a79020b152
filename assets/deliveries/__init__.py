"""Stage deliveries: one authority, one module: signing, sending, receipts."""
