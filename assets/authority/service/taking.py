"""What taking in one SOAP message came to, in the words all services share.

Belongs here: the result, and the authority as its services see it. Does not: any service.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from lxml import etree

from assets.authority.service.folder import SandboxFolder
from assets.authority.service.mandates import Mandates
from assets.authority.service.register import Company, Register
from assets.authority.service.store import AuthorityStore
from assets.authority.service.store_rows import Draft, Message, StoredList
from assets.deliveries.skat_schemas import PREFIXES


@dataclass(frozen=True, slots=True)
class Taken:
    """A message and what is told. `message_id`: its number once it is stored; None: to be stored
    with its answer, since it files nothing.
    """

    message: Message
    message_id: int | None
    told: etree._Element


class Desk(Protocol):
    """The authority, as a service needs it."""

    @property
    def folder(self) -> SandboxFolder:
        """Its keys."""

    @property
    def store(self) -> AuthorityStore:
        """What it has received."""

    @property
    def today(self) -> Callable[[], date]:
        """The day rules are judged by."""

    @property
    def register(self) -> Register:
        """The companies it knows."""

    @property
    def mandates(self) -> Mandates:
        """Who may file for them."""

    def moment(self) -> datetime:
        """Now, on the day that rules are judged by."""


def delegating(desk: Desk, se_number: str, sender: str, report_type: str) -> Company | None:
    """The company of that number, where it lets the organisation `sender` file such reports."""
    company = desk.register.company(se_number)
    if company is None:
        return None
    may = desk.mandates.may_report(company.cvr, sender, report_type, desk.today())
    return company if may else None


def answerable(kept: Draft | StoredList, message: Message, *, may_file: bool) -> bool:
    """Whether the sender of a message may be told of what is kept under its transaction id: who
    filed it, and who may file for the company now.
    """
    return may_file or kept.sender == message.sender


def text(element: etree._Element, prefix: str, name: str) -> str:
    """The text of the first such element; empty when there is none."""
    found = next(element.iter(f"{{{PREFIXES[prefix]}}}{name}"), None)
    return "" if found is None else (found.text or "").strip()
