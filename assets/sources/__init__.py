"""Stage source: one bookkeeping system, one module; the module's name is its id."""
