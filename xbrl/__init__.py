"""An XBRL engine that knows nothing of Indberet.

Nothing is built here yet: the VAT line needs no XBRL. Instance reading,
taxonomies and rules are the next large piece of work.
"""
