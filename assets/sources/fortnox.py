"""Fortnox: its SIE type 4 export.

The export is the sound way in bulk: Fortnox's API lists vouchers without their rows, so that
each voucher costs a call of the 25 allowed in five seconds, and its rows carry no VAT code
either. What a Fortnox file has of its own:

- rows struck out of a voucher (API: `Removed`) are #BTRANS and do not count; rows added to it
  are #RTRANS, each told once more as #TRANS, and count once;
- letters are CP437;
- #DIM 1 is the cost centre, #DIM 6 the project.

Belongs here: that these files are Fortnox's. Does not: reading (`sie4`).

Source: SIE filformat utgåva 4B; softwerkab/fortnox-csharp-api-sdk (voucher rows).
"""

from assets.sources.sie4 import Sie4


class Fortnox(Sie4):
    """The connector."""

    title = "Fortnox (its SIE 4 export)"
    program = "Fortnox"


CONNECTOR = Fortnox()
