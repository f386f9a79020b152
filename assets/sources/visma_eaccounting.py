"""Visma eAccounting (eEkonomi, now also Spiris): its SIE type 4 export.

A file of the type 4B also tells rows struck out of a voucher, as #BTRANS, which do not count;
one of type 4 holds the final rows alone. The product goes by several names, so #PROGRAM is not
asked for any.

Belongs here: that these files are Visma's. Does not: reading (`sie4`).

Source: SIE filformat utgåva 4B; Visma's support pages on SIE export.
"""

from assets.sources.sie4 import Sie4


class VismaEAccounting(Sie4):
    """The connector."""

    title = "Visma eAccounting (its SIE 4 export)"


CONNECTOR = VismaEAccounting()
