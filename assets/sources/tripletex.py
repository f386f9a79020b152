"""Tripletex: its Norwegian SAF-T Financial export.

The export holds what the API would have to be asked for page by page: accounts, customers and
suppliers with their VAT numbers, VAT codes with the Norwegian standard codes, and every voucher
with its tax. VAT codes keep the prefix `NO:` on their standard code: none is a Danish one.

Belongs here: that these files are Tripletex's. Does not: reading (`saft`).

Source: Norwegian schema 1.30; Tripletex, "Regnskapseksport i SAF-T-format".
"""

from assets.sources.saft import Saft


class Tripletex(Saft):
    """The connector."""

    title = "Tripletex (its SAF-T export)"
    country = "NO"


CONNECTOR = Tripletex()
