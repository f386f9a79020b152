"""A posting of a Beancount transaction: amount, cost, price, and what it weighs.

Belongs here: one posting's tokens. Does not: what the others leave for it.

Source: Beancount Language Syntax, "Postings", "Costs and Prices".
"""

from dataclasses import dataclass, field
from decimal import Decimal

from assets.sources.journals.model import Amount
from assets.sources.journals.value import weigh
from assets.sources.parts.beancount.tokens import Cursor

_BOOKING = (
    "a lot without its cost, which needs Beancount's own booking (found by matching lots); "
    "write the cost within the braces"
)


@dataclass(slots=True)
class Posting:
    """A posting as written. `amount` is None where Beancount fills it in; `commodity`
    then limits it to one.
    """

    account: str
    amount: Amount | None
    weight: Amount | None
    commodity: str | None
    where: str
    meta: dict[str, str] = field(default_factory=dict)

    @property
    def balance(self) -> Amount | None:
        """What it counts in its transaction."""
        return self.weight or self.amount


def read(told: Cursor, where: str) -> Posting:
    """Raises `ValueError` saying what is not read."""
    told.take("!", "*", "&", "#", "?", "%", "currency") if told.peek("account") is None else None
    account = told.need("an account", "account")
    number = told.expression() if told.at_number() else None
    commodity = told.take("currency")
    if number is not None and commodity is None:
        raise ValueError(f"the amount {number} has no currency, which is not read; write it")
    amount = None if number is None or commodity is None else Amount(number, commodity)
    cost = _cost(told, amount)
    price = _price(told, amount, has_cost=cost is not None)
    if told.rest():
        raise ValueError(f"cannot read '{told.rest()}' after the posting")
    return Posting(account, amount, cost or price, commodity, where)


def _cost(told: Cursor, amount: Amount | None) -> Amount | None:
    opening = told.take("{{", "{")
    if opening is None:
        return None
    each: Decimal | None = None
    total = Decimal(0)
    currency = None
    while told.peek("}", "}}") is None:
        if told.at_number() or told.peek("#"):
            each = told.expression() if told.at_number() else Decimal(0)
            if told.take("#"):
                total = told.expression()
            currency = told.need("a currency", "currency")
        elif told.take("date", "string") is None:
            raise ValueError(_BOOKING)
        if told.take(",", "/") is None:
            break
    told.need("a closing brace", "}" if opening == "{" else "}}")
    if each is None or currency is None or amount is None:
        raise ValueError(_BOOKING)
    if opening == "{{":
        return weigh(amount, Amount(each, currency), total=True)
    by_unit = weigh(amount, Amount(each, currency), total=False)
    return Amount(
        by_unit.number + weigh(amount, Amount(total, currency), total=True).number, currency
    )


def _price(told: Cursor, amount: Amount | None, *, has_cost: bool) -> Amount | None:
    mark = told.take("@@", "@")
    if mark is None:
        return None
    number = told.expression() if told.at_number() else None
    currency = told.take("currency")
    if has_cost:
        return None  # the cost weighs; the price is information
    if number is None or currency is None or amount is None:
        raise ValueError("a price that is to be filled in, which is not read; write it")
    return weigh(amount, Amount(number, currency), total=mark == "@@")
