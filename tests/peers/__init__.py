"""Other people's XBRL processors, our oracle and our peers."""
