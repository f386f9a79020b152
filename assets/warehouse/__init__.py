"""Stage warehouse: everything as tables any SQL client can read."""
