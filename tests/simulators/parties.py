"""Customers, suppliers and invoices as any vendor's register holds them, and what may happen.

Belongs here: the neutral register and its edits. Does not: any vendor's shapes.
"""

from dataclasses import dataclass, field, replace

from tests.simulators.base import Simulator


@dataclass(frozen=True)
class Party:
    """A customer or supplier; `id` orders the register, `number` is what people see."""

    id: int
    number: str
    name: str
    country: str
    vat: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Invoice:
    """An invoice; `voucher` is its number in series `series`, 0 while it is not booked."""

    number: int
    customer: str
    day: str
    voucher: int
    series: str = "A"


CUSTOMERS = (
    Party(1, "10", "Kunde GmbH", "DE", "DE811569869"),
    Party(3, "11", "Dansk Kunde ApS", "DK", "DK10150817", "10150817"),
    Party(5, "12", "Cliënt B.V.", "NL", "NL820646660B01"),
    Party(7, "13", "Svensk Kund AB", "SE", "SE556000012701", "556000-0127"),
    Party(9, "14", "Ingen moms", "DK"),
)
SUPPLIERS = (
    Party(21, "20", "Leverantör AB", "SE", "SE556000016801", "556000-0168"),
    Party(23, "21", "Fournisseur", "FR", "FR40303265045"),
)


@dataclass
class Register:
    """What one company keeps beside its books."""

    registration_number: str = "556000-0001"
    company: str = "Övning AB"
    customers: list[Party] = field(default_factory=lambda: list(CUSTOMERS))
    suppliers: list[Party] = field(default_factory=lambda: list(SUPPLIERS))
    invoices: list[Invoice] = field(default_factory=list)
    year: tuple[str, str] = ("2026-01-01", "2026-12-31")

    def rename(self) -> tuple[int, int]:
        """The first customer, on the first page, gets another name."""
        self.customers[0] = replace(self.customers[0], name="Kunde neu GmbH")
        return 0, 0

    def insert(self) -> tuple[int, int]:
        """A customer that sorts before some already read; each time another."""
        place = 2 * len(self.customers) - len(CUSTOMERS) * 2 + 2
        one = Party(place, f"19{place}", "Sen Kund", "DK", "DK12345674")
        self.customers = sorted([*self.customers, one], key=lambda party: party.id)
        return 0, 0

    def remove(self) -> tuple[int, int]:
        """The first customer is gone, so that all others move up."""
        del self.customers[0]
        return 0, 0


class Keeping(Simulator):
    """A vendor that keeps such a register."""

    def __init__(self, port: int = 0, register: Register | None = None) -> None:
        super().__init__(port)
        self.register = register or Register()
