"""Writing XBRL: facts as an inline page or as a plain instance."""
