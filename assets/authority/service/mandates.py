"""Mandates: who may report for a company, and who may read what it filed.

The company itself always may: its certificate's organisation is `NTRDK-<its CVR number>`.
Anyone else needs a mandate the company gave and has not withdrawn, for that kind of report or
for all of them. To report and to read are two entitlements; neither holds the other.

Belongs here: giving, withdrawing, asking. Does not: which certificate is whose (`tls_keys`).

Source: forvaltningsloven § 8; GDPR art. 5(2) and 7(3): what is given is withdrawn as easily.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from assets.authority.service import register_database
from assets.authority.service.database import Reader, transaction

REPORT, READ = "report", "read"
ENTITLEMENTS = (REPORT, READ)
REPORT_TYPES = ("vat_return", "eu_sales_list", "annual_report")
ALL = "*"
_COUNTRY = "NTRDK-"


@dataclass(frozen=True, slots=True)
class Mandate:
    """One right `cvr` gave the organisation `grantee`; `report_type` may be * for all."""

    cvr: str
    grantee: str
    entitlement: str
    report_type: str
    granted_at: datetime
    withdrawn_at: datetime | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on that day: not withdrawn, and not run out."""
        return self.withdrawn_at is None and (self.valid_to is None or day <= self.valid_to)


def organisation_of(cvr: str) -> str:
    """How a certificate names the company of that CVR number.

    >>> organisation_of("12345674")
    'NTRDK-12345674'
    """
    return f"{_COUNTRY}{cvr}"


class Mandates:
    """The mandates in one authority's register."""

    def __init__(self, folder: Path) -> None:
        self._path = register_database.prepared(folder)
        self._reader = Reader(self._path)

    def may_report(self, cvr: str, organisation: str, report_type: str, day: date) -> bool:
        """Whether `organisation` may file that kind of report for the company on that day."""
        return self._may(cvr, organisation, REPORT, report_type, day)

    def may_read(self, cvr: str, organisation: str, report_type: str, day: date) -> bool:
        """Whether `organisation` may see what the company filed of that kind on that day."""
        return self._may(cvr, organisation, READ, report_type, day)

    def grant(
        self,
        cvr: str,
        grantee: str,
        entitlement: str,
        report_type: str,
        at: datetime,
        valid_to: date | None = None,
    ) -> Mandate:
        """Give a right. One that holds already for as long is left as it is."""
        with transaction(self._path) as con:
            con.execute("BEGIN IMMEDIATE")
            key = (cvr, grantee, entitlement, report_type)
            held = [one for one in _of(con.execute(_HELD, key)) if one.valid_to == valid_to]
            if held:
                return held[0]
            new = Mandate(*key, at.astimezone(UTC), None, valid_to)
            con.execute(_WITHDRAW, (_moment(at), *key))
            until = valid_to.isoformat() if valid_to else None
            con.execute(_PUT, (*key, _moment(at), None, until))
            return new

    def grant_all(self, rights: Iterable[tuple[str, str, str, str]], at: datetime) -> None:
        """Give many rights (cvr, grantee, entitlement, report type) at once, without an end; those
        that hold already are left as they are.
        """
        moment = _moment(at)
        with transaction(self._path) as con:
            con.executemany(_PUT_NEW, ((*key, moment, *key) for key in rights))

    def withdraw(
        self, cvr: str, grantee: str, entitlement: str, report_type: str, at: datetime
    ) -> bool:
        """Take a right back, from now on; false when there was none."""
        with transaction(self._path) as con:
            key = (cvr, grantee, entitlement, report_type)
            return con.execute(_WITHDRAW, (_moment(at), *key)).rowcount > 0

    def of(self, cvr: str) -> list[Mandate]:
        """Every mandate the company ever gave, oldest first."""
        with transaction(self._path) as con:
            return _of(con.execute(_ALL_OF, (cvr,)))

    def _may(
        self, cvr: str, organisation: str, entitlement: str, report_type: str, day: date
    ) -> bool:
        if not organisation:
            return False
        if organisation == organisation_of(cvr):
            return True
        key = (cvr, organisation, entitlement, report_type, day.isoformat())
        return bool(self._reader.rows(_MAY, key))


_COLUMNS = "cvr, grantee, entitlement, report_type, granted_at, withdrawn_at, valid_to"
_ONE = "cvr = ? AND grantee = ? AND entitlement = ? AND report_type = ? AND withdrawn_at IS NULL"
_HELD = f"SELECT {_COLUMNS} FROM mandate WHERE {_ONE}"
_WITHDRAW = f"UPDATE mandate SET withdrawn_at = ? WHERE {_ONE}"
_PUT = f"INSERT OR REPLACE INTO mandate ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_PUT_NEW = (
    f"INSERT INTO mandate ({_COLUMNS}) SELECT ?, ?, ?, ?, ?, NULL, NULL "
    f"WHERE NOT EXISTS (SELECT 1 FROM mandate WHERE {_ONE} AND valid_to IS NULL) "
    "ON CONFLICT DO UPDATE SET withdrawn_at = NULL, valid_to = NULL"
)
_ALL_OF = f"SELECT {_COLUMNS} FROM mandate WHERE cvr = ? ORDER BY granted_at, 2, 3, 4"
_MAY = (
    "SELECT 1 FROM mandate WHERE cvr = ? AND grantee = ? AND entitlement = ? "
    f"AND report_type IN (?, '{ALL}') AND withdrawn_at IS NULL "
    "AND (valid_to IS NULL OR valid_to >= ?) LIMIT 1"
)


def _of(rows: Iterable[tuple[str, ...]]) -> list[Mandate]:
    return [
        Mandate(
            cvr, grantee, entitlement, kind, datetime.fromisoformat(granted),
            datetime.fromisoformat(withdrawn) if withdrawn else None,
            date.fromisoformat(until) if until else None,
        )
        for cvr, grantee, entitlement, kind, granted, withdrawn, until in rows
    ]  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
