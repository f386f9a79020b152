"""Other people's XBRL processors, each in an environment of its own: our oracle and our peers."""
