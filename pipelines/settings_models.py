"""The shape of `indberet.toml`, as pydantic models.

Belongs here: keys, types and their meanings. Does not: reading files, messages
(`pipelines.settings`), or what the stages do with the values (`assets.workspace`).
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from warehouse import duck

VatFrequency = Literal["month", "quarter", "half_year"]
ListFrequency = Literal["month", "quarter"]
Policy = Literal["review", "automatic"]
CompanyClass = Literal["B-micro", "B", "C-medium", "C-large", "D"]


class Keys(BaseModel):
    """Unknown keys are refused; values are never coerced, and never shown in errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class SecretKeys(Keys):
    """A secret: `{env = "NAME"}` or `{file = "path"}`."""

    env: str | None = None
    file: str | None = None


class Storage(Keys):
    """`[storage]`: where everything is kept, and what the engine may use."""

    path: str = "var"
    operations_url: str | SecretKeys | None = None
    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$")
    threads: int = Field(default=duck.DEFAULT_THREADS, ge=1, le=256)


class FrequencyRow(Keys):
    """How often a report is due between two days, both included."""

    model_config = ConfigDict(populate_by_name=True)
    frequency: VatFrequency
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")


def _rows(value: Any) -> Any:
    return [{"frequency": value}] if isinstance(value, str) else value


def _policies(value: Any) -> Any:
    return dict.fromkeys(Policies.model_fields, value) if isinstance(value, str) else value


class Policies(Keys):
    """Per report: a person approves (`review`) or none needs to (`automatic`)."""

    vat_return: Policy = "review"
    eu_sales_list: Policy = "review"
    annual_report: Policy = "review"


class OddYear(Keys):
    """A fiscal year that is not twelve months, both days included."""

    model_config = ConfigDict(populate_by_name=True)
    start: date = Field(alias="from")
    end: date = Field(alias="to")


class AnnualKeys(Keys):
    """`[company.annual_report]`: the company's class, fiscal years and forms of statement."""

    model_config = ConfigDict(populate_by_name=True)
    company_class: CompanyClass = Field(alias="class")
    year_end: str = "12-31"
    first_day: date | None = None
    odd_years: list[OddYear] = Field(default_factory=list)
    language: Literal["da", "en"] = "da"
    income_statement: Literal["nature", "function"] = "nature"
    balance: Literal["account", "current"] = "account"
    gross_profit: bool = False
    management_members: int | None = Field(default=None, ge=1)


class CompanyKeys(Keys):
    """`[[company]]`: one company we report for."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)
    name: str
    cvr: str | None = None
    se_number: str | None = None
    country: str = Field("DK", pattern=r"^[A-Z]{2}$")
    base_currency: str = Field("DKK", pattern=r"^[A-Z]{3}$")
    vat_frequency: Annotated[list[FrequencyRow], BeforeValidator(_rows)] = Field(
        default_factory=list
    )
    eu_sales_list: ListFrequency | Literal["none"] = "none"
    policy: Annotated[Policies, BeforeValidator(_policies)] = Field(default_factory=Policies)
    annual_report: AnnualKeys | None = None


class FileKeys(Keys):
    """A file named by its path."""

    file: str


class MappingKeys(Keys):
    """`[mapping.<company>]`: explicit rows, own code → public standard code."""

    accounts: Mapping[str, str] = Field(default_factory=dict)
    vat_codes: Mapping[str, str | Mapping[str, str]] = Field(default_factory=dict)
    mapping_file: str | None = None


class DeliveryKeys(Keys):
    """`[delivery]`: which channel filings leave through; `live` switches live ones on. A report
    type named here leaves through a channel of its own.
    """

    channel: str = "sandbox"
    live: bool = False
    vat_return: str | None = None
    eu_sales_list: str | None = None
    annual_report: str | None = None


class Urls(Keys):
    """The three services of the tax authority."""

    calendar: str = Field(pattern=r"^https?://")
    draft: str = Field(pattern=r"^https?://")
    receipt: str = Field(pattern=r"^https?://")
    eu_sales_list: str | None = Field(None, pattern=r"^https?://")


class SkatKeys(Keys):
    """`[channel.<id>]` to the tax agency. `live`: what is sent there counts in law."""

    kind: Literal["skat"]
    urls: Urls
    certificate: FileKeys
    password: SecretKeys
    trusted: FileKeys
    organisation: str | None = None
    live: bool = False


class AnswerKeys(Keys):
    """Where an answer says what: names in its JSON, `a.b` for one inside another."""

    code: str = "statuskode"
    text: str = "tekst"
    reasons: str = "fejl"
    case: str = "sagsNummer"
    transaction: str = "transaktionsId"


CodeMeaning = Literal["accepted", "pending", "rejected", "refused", "absent", "failed"]


class ErstKeys(Keys):
    """`[channel.<id>]` to the business authority's interface for annual reports.

    `submit` and `status` are paths below `base`, with {transaction_id} and {cvr} in their
    places. A `multipart` body carries the report as the part `part` beside `fields`; a `raw`
    one is the report, and `headers` say the rest. `index` is where accepted reports are read back.
    """

    kind: Literal["erst"]
    base: str = Field(pattern=r"^https?://")
    submit: str
    status: str
    index: str = Field(pattern=r"^https?://")
    index_user: str | None = None
    index_password: SecretKeys | None = None
    body: Literal["multipart", "raw"] = "multipart"
    part: str = "regnskab"
    fields: Mapping[str, str] = Field(default_factory=dict)
    headers: Mapping[str, str] = Field(default_factory=dict)
    answer: AnswerKeys = Field(default_factory=AnswerKeys)
    codes: Mapping[str, CodeMeaning]
    certificate: FileKeys
    password: SecretKeys
    trusted: FileKeys | None = None
    live: bool = False


ChannelKeys = Annotated[SkatKeys | ErstKeys, Field(discriminator="kind")]
"""`[channel.<id>]`: one way to an authority."""


class SandboxKeys(Keys):
    """`[sandbox]`: the sandbox authority on this machine. `approve`: whether drafts wait for
    a person behind the link, as at the real one, or are decided at once.
    """

    port: int = Field(default=8765, ge=1, le=65535)
    approve: Literal["link", "auto", "reject"] | None = None


class AuthorityKeys(Keys):
    """`[authority]`: this workspace is an authority's. The receiving service takes `port`, its
    interface for annual reports the one after; `name` and `cvr` send the reminders; `payroll`
    is a table handed over by the payroll register, columns cvr, year and employees. Companies
    are reminded `reminder_days` before a due date; a statistic is published of at least
    `minimum_companies`, none of which can be told from it closer than `dominance_percent`.
    `eu_purchases` is the exchange with other member states, columns country, seller, buyer,
    period and amount. Duties are followed for periods that end on `since` or later.
    """

    name: str = Field(min_length=1)
    cvr: str
    port: int = Field(default=8780, ge=1, le=65535)
    payroll: str | None = None
    reminder_days: int = Field(default=14, ge=1, le=60)
    minimum_companies: int = Field(default=3, ge=3, le=100)
    dominance_percent: int = Field(default=15, ge=1, le=100)
    eu_purchases: str | None = None
    since: date | None = None


class AnnualReportKeys(Keys):
    """`[annual_report]`: the folder of people's input, `<company>/<last day of the year>.toml`."""

    folder: str = "annual"


class DemoKeys(Keys):
    """`[demo]`: `today` fixes the day everything believes it is."""

    today: date | None = None


class IntakeKeys(Keys):
    """`[[intake]]`: where filings are taken in from: files (`path`) or an index (`url`)."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)
    path: str | None = None
    url: str | None = Field(None, pattern=r"^https?://")
    since: date | None = None
    companies: list[str] = Field(default_factory=list)
    user: str | None = None
    password: SecretKeys | None = None


class ScheduleKeys(Keys):
    """`[schedules]`: whether the daily schedules start switched on."""

    on: bool = False


class SettingsKeys(Keys):
    """The whole file. Connections stay free-form here: each connector names its own keys."""

    storage: Storage = Field(default_factory=Storage)
    company: list[CompanyKeys] = Field(default_factory=list)
    companies_file: str | None = None
    connection: list[dict[str, Any]] = Field(default_factory=list)
    mapping: Mapping[str, MappingKeys] = Field(default_factory=dict)
    delivery: DeliveryKeys = Field(default_factory=DeliveryKeys)
    channel: Mapping[str, ChannelKeys] = Field(default_factory=dict)
    sandbox: SandboxKeys = Field(default_factory=SandboxKeys)
    authority: AuthorityKeys | None = None
    intake: list[IntakeKeys] = Field(default_factory=list)
    annual_report: AnnualReportKeys = Field(default_factory=AnnualReportKeys)
    demo: DemoKeys = Field(default_factory=DemoKeys)
    schedules: ScheduleKeys = Field(default_factory=ScheduleKeys)
