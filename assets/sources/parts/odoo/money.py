"""Odoo's amounts, which it keeps exact and sends as binary floats, made exact again.

The digits on the wire are taken as they stand. The shortest form of a float is the amount
itself; where Odoo has added floats it may be off by less than a millionth, which is taken
back and counted. Anything else is no amount of money and fails the pull.

Belongs here: numbers. Does not: what they are amounts of.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from warehouse.errors import SourceError

_NOISE = Decimal("0.000001")
_OERE = Decimal("0.01")
_FOREIGN = Decimal("0.0001")
_LARGEST = Decimal(10) ** 16


class Amounts:
    """Amounts of one pull; `noisy` counts those that carried the noise of a float.

    >>> amounts = Amounts()
    >>> amounts.money(Decimal("811.6900000000001"), "line 1"), amounts.noisy
    (Decimal('811.69'), 1)
    >>> amounts.money(Decimal("-0.0"), "line 2"), amounts.noisy
    (Decimal('0.00'), 1)
    """

    def __init__(self) -> None:
        self.noisy = 0

    def money(self, value: Decimal, where: str) -> Decimal:
        """An amount of whole øre, in the company's currency. Raises `SourceError`."""
        return self._exact(value, _OERE, where)

    def foreign(self, value: Decimal, where: str) -> Decimal:
        """An amount in any currency; the smallest units have four decimals at most."""
        return self._exact(value, _FOREIGN, where)

    def _exact(self, value: Decimal, unit: Decimal, where: str) -> Decimal:
        exact = value.quantize(unit, ROUND_HALF_EVEN) if abs(value) < _LARGEST else None
        if exact is None or abs(exact - value) > _NOISE:
            raise SourceError(
                f"Odoo gives {value} at {where}, which is no amount in units of {unit} below "
                f"{_LARGEST:,}. Nothing was landed; correct it in Odoo (the currency's decimal "
                "places say how it rounds), then pull again."
            )
        if exact != value:
            self.noisy += 1
        return exact + 0  # minus zero is zero
