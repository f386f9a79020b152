"""What a connector is, and what it hands over.

A connector reads one bookkeeping system and yields *batches* of Arrow rows in
the shapes of `warehouse.tables.LANDED`; the bytes it reads are kept as evidence.
It maps nothing and keeps no state: `assets.sources.landing` compares what it
yields with what is already landed, keeps only what changed, and commits rows
and cursor together.

A connector module exposes one object, `CONNECTOR`; the module's name is its id.

Belongs here: the protocol and its values. Does not: any system's particulars.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from quality.finding import Finding


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one stream, in the Arrow schema of `LANDED[stream]`.

    A voucher's `voucher`, `posting` and `tax_line` rows share its `source_id`;
    all of them come within the same pull whenever the voucher comes at all, and they come
    once, or again with the same lines (other lines: see `Again`).

    `readings`, one number a row, is given for these three by a reader that keeps no
    ids: the same for all rows of one voucher as read, rising through the pull
    (`assets.sources.repeated` tells vouchers of one id apart by it).
    """

    stream: str
    table: pa.Table
    readings: pa.Array | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """Records the source says are gone."""

    stream: str
    source_ids: list[str]


@dataclass(frozen=True, slots=True)
class Complete:
    """This pull held every record of `stream` (vouchers: with a posting date in
    `start`…`end`, both included); a landed record it did not hold is gone.
    """

    stream: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """The ids of every record of `stream` the source holds now, wherever a
    cursor skips the unchanged ones; a landed record not among them is gone.
    """

    stream: str
    source_ids: list[str]


@dataclass(frozen=True, slots=True)
class Again:
    """What this pull has brought of these streams so far is void: they are read anew."""

    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as received, given to `Connection.keep`; `name` is unique in the pull."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that was read, kept as evidence by content hash."""

    path: str


@dataclass(frozen=True, slots=True)
class Found:
    """Something wrong in the source that is no reason to stop reading."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next pull begins. Yielded last; JSON-able, the connector's own."""

    value: Mapping[str, Any]


Item = Rows | Deleted | Complete | Present | Again | RawFile | Found | Cursor


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection from the settings. `options` are the connector's own keys,
    secrets already resolved to `warehouse.secret.Secret`.

    `window`: only vouchers with a posting date in it are wanted (both days included); a
    connector that cannot narrow reads all. `private_folder`: where tokens may be kept.
    `kept`: answers of an earlier pull, to be read in place of the server. `keep`: takes each
    answer as it comes, before anything reads it; landing sets it.
    """

    connection_id: str
    company_id: str
    system: str
    options: Mapping[str, Any]
    base_folder: str = "."
    window: tuple[date, date] | None = None
    private_folder: str | None = None
    kept: Any = None
    keep: Callable[[Raw], None] | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What `indberet connect` shows after a successful test."""

    company_name: str
    registration_number: str | None
    fiscal_years: list[tuple[date, date]] = field(default_factory=list)
    accounts: int = 0
    vat_codes: int = 0
    notes: list[str] = field(default_factory=list)


Progress = Callable[[str, int], None]
"""Called with what is being read and how many records so far."""


def silent(_what: str, _count: int) -> None:
    """A `Progress` that shows nothing."""


class Connector(Protocol):
    """One bookkeeping system.

    `options` names the settings keys it takes: key → (required, meaning). A meaning that
    begins with "secret: " is of one that settings only refer to.

    A connector may have more members, asked for with `getattr`:

    `concurrency: int`: connections to it that are read at once; 1 without it.
    `holds_ledger`: whether it brings a ledger (yes without it), or a function of the options
    that tells (`registry.holds_ledger`).
    `asked: tuple[str, ...]`: options a person is asked for though they are not required; of
    those in `follows: Mapping[str, str]` only where the option named there was answered.
    `company_option: str` and `companies(connection) -> list[tuple[str, str]]`: the option that
    says which company is meant, and the companies these credentials see as (value, label); a
    person chooses where there are several.
    `consent_option: str` and `consent(connection) -> network.consent.Consent | None`: the option
    that holds the refresh token a person's consent gives, and the page to give it on (None: this
    connection needs none).
    `address(connection) -> str`: the address its server has, where no option `url` holds it; ""
    where none is asked.
    """

    title: str
    options: Mapping[str, tuple[bool, str]]

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there.

        Raises `PermanentError` (wrong secret, wrong file) or `TransientError`.
        """
        ...

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None).

        Raises `PermanentError` or `TransientError`; then nothing is committed
        and the next pull begins at the same cursor.
        """
        ...
