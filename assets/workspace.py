"""What the stages know of one workspace: companies, connections, mappings, folders, clock.

Plain values; `pipelines.settings` reads them from `indberet.toml`. A secret is
kept here only as a reference and read from its variable or file when it is used.

Belongs here: the values every stage shares. Does not: reading or validating the
settings, nor any stage's work.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.danish_day import danish_day, on_day
from assets.sources.connector import Connection, Progress, silent
from warehouse.errors import SettingsError
from warehouse.secret import Secret

if TYPE_CHECKING:
    from warehouse.operations import Operations
    from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret stands: an environment variable or a file; `key` names the setting."""

    key: str
    env: str | None = None
    file: Path | None = None

    def resolve(self) -> Secret:
        """The secret itself.

        Raises `SettingsError` when the variable is not set or the file cannot be read.
        """
        if self.env is not None:
            value = os.environ.get(self.env)
            if not value:
                raise SettingsError(
                    f"{self.key} refers to the environment variable {self.env}, which is not "
                    f"set. Set it (export {self.env}=…) and run the command again."
                )
            return Secret(value)
        assert self.file is not None
        try:
            return Secret(self.file.read_text(encoding="utf-8").strip())
        except OSError as error:
            raise SettingsError(
                f"{self.key} refers to the file {self.file}, which cannot be read "
                f"({error.strerror}). Create it with the secret on one line, readable by you."
            ) from error


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a report is due; `start` and `end` (both included) bound its validity."""

    frequency: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class AnnualSettings:
    """What a company's annual report is: its class, its fiscal years, its forms.

    `company_class`: B-micro, B, C-medium, C-large or D (årsregnskabsloven § 7).
    `year_end`: (month, day); (2, 28) is the last day of February in every year.
    `first_day`: first day of the first fiscal year reported from here; None: every year.
    `odd_years`: (first, last day) of years that are not twelve months (§ 15 stk. 2-3).
    `language`: da or en. `income_form`: nature or function. `balance_form`: account or
    current. `is_condensed`: gross profit in place of revenue and cost of sales (§ 32).
    `members`: how many sit in the top management body, who pay when it is late (§ 151).
    """

    company_class: str
    year_end: tuple[int, int] = (12, 31)
    first_day: date | None = None
    odd_years: tuple[tuple[date, date], ...] = ()
    language: str = "da"
    income_form: str = "nature"
    balance_form: str = "account"
    is_condensed: bool = False
    members: int | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """One company we report for. `frequencies` and `policy` are keyed by report type;
    a report type without frequencies is not due, nor an annual report without `annual`.
    """

    company_id: str
    name: str
    cvr: str
    se_number: str
    country: str
    base_currency: str
    frequencies: Mapping[str, tuple[Frequency, ...]]
    policy: Mapping[str, str]
    annual: AnnualSettings | None = None


@dataclass(frozen=True, slots=True)
class ConnectionReference:
    """One connection, its secrets still references."""

    connection_id: str
    company_id: str
    system: str
    options: Mapping[str, Any]
    base_folder: Path

    def resolve(self) -> Connection:
        """The connection as a connector takes it. Raises `SettingsError` for a missing secret."""
        options = {
            key: value.resolve() if isinstance(value, SecretReference) else value
            for key, value in self.options.items()
        }
        return Connection(
            self.connection_id, self.company_id, self.system, options, str(self.base_folder)
        )


@dataclass(frozen=True, slots=True)
class RestInterface:
    """How an authority's REST interface is spoken to, as it was given to us.

    `submit` and `status` are paths below `base`; they, `fields` and `headers` may hold
    {transaction_id} and {cvr}. `body`: multipart or raw; `part` names the report's part.
    `answer` names where in the answer's JSON code, text, reasons and case stand; `codes` says
    what each code means. `index` is the search address of the publications.
    """

    base: str
    submit: str
    status: str
    index: str
    codes: Mapping[str, str]
    body: str = "multipart"
    part: str = "regnskab"
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Mapping[str, str] = field(default_factory=dict)
    index_user: str | None = None
    index_password: SecretReference | None = None


@dataclass(frozen=True, slots=True)
class ChannelReference:
    """One configured way to an authority, its secrets still references.

    `urls` are the tax agency's services; `rest` is the business authority's interface.
    """

    channel_id: str
    kind: str
    urls: Mapping[str, str]
    certificate: Path | None
    password: SecretReference | None
    trusted: Path | None
    organisation: str | None
    is_live: bool
    rest: RestInterface | None = None


@dataclass(frozen=True, slots=True)
class AccountMapping:
    """One explicit row: a company's own account → public standard account."""

    company_id: str
    account_code: str
    standard_account_code: str


@dataclass(frozen=True, slots=True)
class VatCodeMapping:
    """One explicit row: a company's own VAT code → public standard code; `part` is output or
    input when the own code is one leg only.
    """

    company_id: str
    vat_code: str
    standard_vat_code: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class IntakeReference:
    """Where filings are taken in from: files at `path`, or the index at `url`."""

    intake_id: str
    path: str | None
    url: str | None
    since: date | None
    companies: tuple[str, ...]
    user: str | None
    password: SecretReference | None


@dataclass(frozen=True, slots=True)
class AuthoritySettings:
    """What makes a workspace an authority's: its service's port, and who sends its letters.

    The interface for annual reports takes the port after `port`. `payroll`: a file
    cvr;year;employees handed over by the payroll register. `reminder_days`: how many days
    before the due date a company is reminded. `minimum_companies` and `dominance_percent`:
    what a published cell must hold (`assets.authority.statistics.sensitive`). `eu_purchases`:
    the exchange with other member states (`assets.authority.cross.handed_over`). `since`:
    duties are followed for periods that end then or later; None: from the year before.
    """

    port: int
    name: str
    cvr: str
    payroll: Path | None = None
    reminder_days: int = 14
    minimum_companies: int = 3
    dominance_percent: int = 15
    eu_purchases: Path | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace. `selected` limits a command to some companies; None means all.

    `is_again`: a pull reads everything anew, and an intake also what could not be read before.
    `at_most`: an authority's arrivals stop after so many events.
    `annual`: the
    folder of people's input to annual reports, relative to the settings. `channel` is the way
    filings leave, except for report types that `routes` gives one of their own.
    `is_yearly_only`: a command is about the reports of fiscal years, and leaves a month's
    returns as they are.
    """

    settings: Path
    storage: Path
    operations: str | SecretReference
    memory_limit: str
    threads: int
    companies: tuple[Company, ...]
    connections: tuple[ConnectionReference, ...]
    accounts: tuple[AccountMapping, ...]
    vat_codes: tuple[VatCodeMapping, ...]
    channel: str
    channels: Mapping[str, ChannelReference]
    live_allowed: bool
    sandbox_port: int
    sandbox_approve: str | None
    fixed_today: date | None = None
    schedules_on: bool = False
    selected: frozenset[str] | None = None
    progress: Progress = silent
    intake: tuple[IntakeReference, ...] = ()
    is_again: bool = False
    at_most: int | None = None
    annual: str = "annual"
    is_yearly_only: bool = False
    routes: Mapping[str, str] = field(default_factory=dict)
    authority: AuthoritySettings | None = None

    def channel_of(self, report_type: str) -> str:
        """The id of the channel that filings of `report_type` leave through."""
        return self.routes.get(report_type, self.channel)

    @property
    def annual_folder(self) -> Path:
        """Where people's input to annual reports lies: `<company_id>/<period_end>.toml`."""
        return self.settings.parent / self.annual

    @property
    def authority_folder(self) -> Path:
        """The receiving service's folder; the sandbox's where this is no authority's workspace."""
        return self.storage / ("sandbox" if self.authority is None else "authority")

    @property
    def taxonomies(self) -> Path:
        """The library of installed taxonomies; not made when missing."""
        return self.storage / "taxonomies"

    @property
    def today(self) -> date:
        """Today in Denmark, or the day the settings fix (`[demo] today`)."""
        return self.fixed_today or danish_day(datetime.now(UTC))

    def now(self) -> datetime:
        """The moment to write down, UTC; on a fixed day the time of day still moves."""
        now = datetime.now(UTC)
        return now if self.fixed_today is None else on_day(self.fixed_today, now)

    def store(self) -> "Store":
        """The warehouse of this workspace."""
        from warehouse.store import Store  # noqa: PLC0415  (pyarrow; `--help` must be quick)

        return Store(self.storage / "warehouse", temp_directory=self.storage / "tmp")

    def operations_url(self) -> str:
        """The operations database's URL. Raises `SettingsError` for a missing secret."""
        if isinstance(self.operations, SecretReference):
            return self.operations.resolve().reveal()
        return self.operations

    def operations_database(self) -> "Operations":
        """The operations database, opened; a context manager."""
        from warehouse.operations import Operations  # noqa: PLC0415  (SQLAlchemy)

        self.storage.mkdir(parents=True, exist_ok=True)
        return Operations.open(self.operations_url(), now=self.now)

    def folder(self, name: str) -> Path:
        """A folder below the storage folder, made when missing."""
        path = self.storage / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def selected_companies(self) -> tuple[Company, ...]:
        """The companies this command is about."""
        if self.selected is None:
            return self.companies
        return tuple(c for c in self.companies if c.company_id in self.selected)

    def selected_connections(self) -> tuple[ConnectionReference, ...]:
        """Their connections."""
        ids = {company.company_id for company in self.selected_companies()}
        return tuple(c for c in self.connections if c.company_id in ids)

    def connection(self, reference: ConnectionReference) -> Connection:
        """A connection as a connector takes it, with a private folder for its tokens.

        Raises `SettingsError` for a missing secret.
        """
        private = self.storage / "private" / reference.connection_id
        return replace(reference.resolve(), private_folder=str(private))

    def company(self, company_id: str) -> Company:
        """The company with that id.

        Raises `SettingsError` naming the nearest ids when there is none.
        """
        for company in self.companies:
            if company.company_id == company_id:
                return company
        raise SettingsError(unknown("company", company_id, [c.company_id for c in self.companies]))


def unknown(what: str, given: str, valid: list[str]) -> str:
    """The message for an id that does not exist, with the nearest and the valid ones."""
    import difflib  # noqa: PLC0415  (only on the way to an error)

    near = difflib.get_close_matches(given, valid, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    shown = ", ".join(sorted(valid)[:20]) + (", …" if len(valid) > 20 else "")
    return f'There is no {what} "{given}".{hint} Valid: {shown or "none yet"}.'
