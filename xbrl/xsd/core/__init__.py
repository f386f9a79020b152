"""The core schemas of XBRL in our own words, as files beside this one (see `components`)."""
