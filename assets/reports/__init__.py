"""Stage reports: one report, one module; the module's name is its id."""
