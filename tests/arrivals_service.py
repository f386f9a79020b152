"""A receiving service in memory, for tests of what comes after it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from assets.authority.service.reading import Event, Received
from assets.filings import eu_sales_list, vat_return
from assets.filings.eu_sales_list import Buyer, SalesList

BEGIN = datetime(2026, 3, 30, 9, tzinfo=UTC)
Q1 = date(2026, 1, 1), date(2026, 3, 31)


class MemoryService:
    """Reports and the events that tell of them, one a day, as a receiving service gives them."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.reports: dict[str, Received] = {}

    def tell(self, report_type: str, key: str, status: str, *codes: str) -> None:
        number = len(self.told) + 1
        at = BEGIN + timedelta(days=number)
        self.told.append(Event(number, at, report_type, key, status, codes))

    def give(
        self,
        report_type: str,
        key: str,
        content: bytes,
        number: str,
        period: tuple[date | None, date | None] = Q1,
    ) -> None:
        at = BEGIN + timedelta(days=len(self.told) + 1)
        is_annual = report_type == "annual_report"
        self.reports[key] = Received(
            key, report_type, content, number, None if is_annual else number, *period,
            "NTRDK-00000002", f"t-{key}", at,
        )  # fmt: skip

    def vat(self, key: str, number: str, amount: int, period: tuple[date, date] = Q1) -> None:
        """A draft comes in, of which the company decides later."""
        amounts = dict.fromkeys(vat_return.FIELDS, 0)
        amounts |= {"MomsAngivelseSalgsMomsBeloeb": amount, vat_return.TOTAL: amount}
        written = vat_return.write(vat_return.VatReturn(number, *period, amounts))
        self.give("vat_return", key, written, number, period)
        self.tell("vat_return", key, "waiting", "5001")

    def listed(self, key: str, number: str, goods: int) -> None:
        """An EU list, accepted at once."""
        buyer = Buyer("1", "DE", "811234567", goods, 0, 0)
        content = eu_sales_list.write(SalesList(number, Q1[1], (buyer,)))
        self.give("eu_sales_list", key, content, number)
        self.tell("eu_sales_list", key, "accepted")

    def events(self, after: int, at_most: int) -> list[Event]:
        return [event for event in self.told if event.sequence > after][:at_most]

    def received(self, report_type: str, keys: Sequence[str]) -> Iterator[Received]:
        found = (self.reports.get(key) for key in keys)
        return (one for one in found if one is not None and one.report_type == report_type)

    def counts(self, up_to: int) -> dict[str, int]:
        keys = {(e.report_type, e.filing_key) for e in self.told if e.sequence <= up_to}
        types = [report_type for report_type, _ in keys]
        return {one: types.count(one) for one in types}
