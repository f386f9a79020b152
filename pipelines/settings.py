"""Read `indberet.toml`, and say precisely what is wrong with it.

Every message names the file, the key, what was expected and what to do. Values
are never echoed, since a misplaced one may be a secret.

Belongs here: reading and validating. Does not: the shape (`settings_models`),
the clients' table (`companies_file`), or the values the stages use
(`assets.workspace`).
"""

import difflib
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from assets.sources import registry
from assets.workspace import (
    AccountMapping,
    AuthoritySettings,
    Company,
    ConnectionReference,
    Frequency,
    IntakeReference,
    SecretReference,
    VatCodeMapping,
    Workspace,
    unknown,
)
from pipelines import companies_file
from pipelines import settings_models as models
from pipelines.settings_annual import annual_settings, refuse_one_company_twice
from pipelines.settings_authority import authority
from pipelines.settings_channels import channel, routes
from pipelines.settings_errors import validated
from pipelines.settings_secrets import secret
from warehouse.errors import SettingsError

DEFAULT = Path("indberet.toml")
_PASSWORD_IN_URL = re.compile(r"://[^/@]*:[^/@]+@")
_SECRET_WORDS = ("password", "secret", "token", "key", "passphrase")


def load(path: Path, selected: Iterable[str] = ()) -> Workspace:
    """The workspace that `path` describes, limited to `selected` companies when given.

    Raises `SettingsError` with every problem found in the file, one per line.
    """
    path = path.absolute()
    keys = validated(path, models.SettingsKeys, _read(path))
    base = path.parent
    rows = [*keys.company]
    connections = [*keys.connection]
    if keys.companies_file is not None:
        clients = companies_file.read(base / keys.companies_file)
        rows += [validated(path, models.CompanyKeys, row.company, row.where) for row in clients]
        connections += [row.connection for row in clients if row.connection]
    companies = tuple(_company(path, row) for row in rows)
    _refuse_duplicates(path, "[[company]]", [c.company_id for c in companies])
    refuse_one_company_twice(path, companies)
    workspace = _workspace(path, keys, companies, _connections(path, companies, connections))
    for company_id in selected:
        workspace.company(company_id)
    chosen = frozenset(selected) or None
    return replace(workspace, selected=chosen)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"There are no settings at {path}. Run `indberet init` to make them, or point "
            "--settings at the file you mean."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path} is not valid TOML: {error}. Correct that line and run the command again."
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None


def _company(path: Path, keys: models.CompanyKeys) -> Company:
    place = f'{path}: [[company]] "{keys.id}"'
    cvr = _number(place, "cvr", keys.cvr)
    se_number = _number(place, "se_number", keys.se_number) or cvr
    if keys.country == "DK" and not cvr:
        raise SettingsError(
            f'{place} has no cvr. A Danish company reports under its CVR number: add cvr = "…" '
            "(eight digits; see datacvr.virk.dk)."
        )
    rows = tuple(Frequency(r.frequency, r.start, r.end) for r in keys.vat_frequency)
    _refuse_overlap(place, rows)
    frequencies = {"vat_return": rows} if rows else {}
    if keys.eu_sales_list != "none":
        frequencies["eu_sales_list"] = (Frequency(keys.eu_sales_list),)
    return Company(
        keys.id,
        keys.name,
        cvr,
        se_number,
        keys.country,
        keys.base_currency,
        frequencies,
        keys.policy.model_dump(),
        None if keys.annual_report is None else annual_settings(place, keys.annual_report),
    )


def _number(place: str, key: str, value: str | None) -> str:
    """A CVR or SE number as eight digits, its check digit right."""
    from stdnum.dk import cvr as rule  # noqa: PLC0415  (stdnum imports its country package)

    digits = (value or "").replace(" ", "").removeprefix("DK")
    if not value or (rule.is_valid(digits) or (key == "se_number" and _eight(digits))):
        return digits
    raise SettingsError(
        f'{place} {key} "{value}" is not a valid number: it has eight digits, the last of '
        "which checks the others. Look it up at datacvr.virk.dk."
    )


def _eight(digits: str) -> bool:
    return digits.isdigit() and len(digits) == 8


def _refuse_overlap(place: str, rows: tuple[Frequency, ...]) -> None:
    spans = sorted((r.start or date.min, r.end or date.max) for r in rows)
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            raise SettingsError(
                f"{place} vat_frequency has two rows valid on {start}. Give each its own days "
                "with from and to, both included."
            )


def _refuse_duplicates(path: Path, what: str, ids: list[str]) -> None:
    twice = sorted(name for name, count in Counter(ids).items() if count > 1)
    if twice:
        raise SettingsError(
            f'{path}: {what} id "{twice[0]}" is used {Counter(ids)[twice[0]]} times. Give each '
            "its own id."
        )


def _connections(
    path: Path, companies: tuple[Company, ...], raw: list[dict[str, Any]]
) -> tuple[ConnectionReference, ...]:
    found = tuple(_connection(path, number, row) for number, row in enumerate(raw, start=1))
    _refuse_duplicates(path, "[[connection]]", [c.connection_id for c in found])
    known = [company.company_id for company in companies]
    claimed: dict[str, str] = {}
    for c in found:
        if c.company_id not in known:
            place = f'{path}: [[connection]] "{c.connection_id}" company'
            raise SettingsError(f"{place}: {unknown('company', c.company_id, known)}")
        if not registry.holds_ledger(c.system, c.options):
            continue
        if c.company_id in claimed:
            raise SettingsError(
                f'{path}: the connections "{claimed[c.company_id]}" and "{c.connection_id}" both '
                f'claim the ledger of company "{c.company_id}". A company has one ledger, so its '
                "figures would count twice: remove one, or give it a company of its own."
            )
        claimed[c.company_id] = c.connection_id
    return found


def _connection(path: Path, number: int, raw: dict[str, Any]) -> ConnectionReference:
    name = raw.get("id")
    place = f"{path}: [[connection]] " + (f'"{name}"' if name else f"number {number}")
    for key in ("id", "company", "system"):
        if key not in raw:
            raise SettingsError(f"{place} {key} is missing. Add it.")
        if not isinstance(raw[key], str):
            raise SettingsError(f'{place} {key} must be text in quotes, as in "…". Correct it.')
    if raw["system"] not in registry.ids():
        raise SettingsError(
            f"{place} system: {unknown('connector', raw['system'], registry.ids())}"
        )
    given = {key: value for key, value in raw.items() if key not in {"id", "company", "system"}}
    _check_options(place, given, registry.load(raw["system"]).options)
    options = {key: _option(place, path.parent, key, value) for key, value in given.items()}
    return ConnectionReference(raw["id"], raw["company"], raw["system"], options, path.parent)


def _check_options(
    place: str, given: Mapping[str, Any], options: Mapping[str, tuple[bool, str]]
) -> None:
    for key in given:
        if key not in options:
            near = difflib.get_close_matches(key, options, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            valid = ", ".join(["id", "company", "system", *options])
            raise SettingsError(f'{place} has an unknown key "{key}".{hint} Valid keys: {valid}.')
    for key, (required, meaning) in options.items():
        if required and key not in given:
            raise SettingsError(f"{place} {key} is missing ({meaning}). Add it.")


def is_secret(key: str) -> bool:
    """Whether an option of this name is only ever referred to.

    >>> is_secret("app_secret"), is_secret("url"), is_secret("key"), is_secret("token_url")
    (True, False, True, False)
    """
    words = key.split("_")
    return words[-1] != "url" and any(word in words for word in _SECRET_WORDS)


def _option(place: str, base: Path, key: str, value: Any) -> Any:
    """A connector's option; `{env=…}` and `{file=…}` become references to secrets."""
    if isinstance(value, Mapping) and value.keys() <= {"env", "file"}:
        return secret(f"{place} {key}", base, models.SecretKeys.model_validate(value))
    if isinstance(value, str) and is_secret(key):
        raise SettingsError(
            f"{place} {key} is written in the settings. Secrets are only referred to: write "
            f'{key} = {{ env = "NAME" }} or {key} = {{ file = "path" }}, and change the secret '
            "if this file has been shared."
        )
    return value


def _workspace(
    path: Path,
    keys: models.SettingsKeys,
    companies: tuple[Company, ...],
    connections: tuple[ConnectionReference, ...],
) -> Workspace:
    storage = path.parent / keys.storage.path
    accounts, vat_codes = _mappings(path, keys.mapping, companies)
    channels = {name: channel(path, name, row) for name, row in keys.channel.items()}
    return Workspace(
        settings=path,
        storage=storage,
        operations=_operations(path, keys.storage, storage),
        memory_limit=keys.storage.memory_limit,
        threads=keys.storage.threads,
        companies=companies,
        connections=connections,
        accounts=accounts,
        vat_codes=vat_codes,
        channel=keys.delivery.channel,
        channels=channels,
        live_allowed=keys.delivery.live,
        sandbox_port=keys.sandbox.port,
        sandbox_approve=keys.sandbox.approve,
        fixed_today=_today(keys),
        schedules_on=keys.schedules.on,
        intake=_intake(path, keys.intake),
        annual=keys.annual_report.folder,
        routes=routes(path, keys.delivery, channels),
        authority=_authority(path, keys.authority),
    )


def _authority(path: Path, keys: models.AuthorityKeys | None) -> AuthoritySettings | None:
    cvr = "" if keys is None else _number(f"{path}: [authority]", "cvr", keys.cvr)
    return authority(path, keys, cvr)


def _intake(path: Path, rows: list[models.IntakeKeys]) -> tuple[IntakeReference, ...]:
    """Where filings come from; exactly one of path and url each."""
    _refuse_duplicates(path, "[[intake]]", [row.id for row in rows])
    found = []
    for row in rows:
        place = f'{path}: [[intake]] "{row.id}"'
        if (row.path is None) == (row.url is None):
            raise SettingsError(
                f'{place} must name one place: path = "…" (a file, folder, pattern or zip) or '
                'url = "https://…/_search" (an index). Correct it.'
            )
        password = None
        if row.password is not None:
            password = secret(f"{place} password", path.parent, row.password)
        numbers = tuple(_number(place, "companies", one) for one in row.companies)
        files = None if row.path is None else str(path.parent / row.path)
        found.append(
            IntakeReference(row.id, files, row.url, row.since, numbers, row.user, password)
        )
    return tuple(found)


def _operations(path: Path, keys: models.Storage, storage: Path) -> str | SecretReference:
    """Where the operations database is; a URL with a password is only referred to."""
    place = f"{path}: [storage] operations_url"
    match keys.operations_url:
        case None:
            return f"sqlite:///{storage}/operations.sqlite"
        case str() as url if _PASSWORD_IN_URL.search(url):
            raise SettingsError(
                f"{place} holds a password. Secrets are only referred to: write operations_url = "
                '{ env = "NAME" } or { file = "path" }, and change the password if this file '
                "has been shared."
            )
        case str() as url:
            return url
        case reference:
            return secret(place, path.parent, reference)


def _today(keys: models.SettingsKeys) -> date | None:
    given = os.environ.get("INDBERET_TODAY")
    if not given:
        return keys.demo.today
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise SettingsError(
            f'INDBERET_TODAY is "{given}", which is not a day. Write it as 2026-11-22, or unset it.'
        ) from None


def _mappings(
    path: Path, rows: Mapping[str, models.MappingKeys], companies: tuple[Company, ...]
) -> tuple[tuple[AccountMapping, ...], tuple[VatCodeMapping, ...]]:
    """Explicit rows; `[mapping.all]` holds for every company that has no row of its own."""
    known = [company.company_id for company in companies]
    accounts: dict[tuple[str, str], AccountMapping] = {}
    vat_codes: dict[tuple[str, str], VatCodeMapping] = {}
    for name in sorted(rows, key=lambda n: n != "all"):
        if name not in {"all", *known}:
            raise SettingsError(f"{path}: [mapping.{name}]: {unknown('company', name, known)}")
        for company_id in known if name == "all" else [name]:
            for account in _account_rows(path, company_id, rows[name]):
                accounts[company_id, account.account_code] = account
            for code in _vat_code_rows(path, company_id, name, rows[name]):
                vat_codes[company_id, code.vat_code] = code
    return tuple(accounts.values()), tuple(vat_codes.values())


def _account_rows(path: Path, company_id: str, keys: models.MappingKeys) -> list[AccountMapping]:
    filed = companies_file.mapping(path.parent / keys.mapping_file) if keys.mapping_file else []
    rows = {row.code: row.standard_code for row in filed if row.kind == "account"}
    return [AccountMapping(company_id, k, v) for k, v in {**rows, **keys.accounts}.items()]


def _vat_code_rows(
    path: Path, company_id: str, name: str, keys: models.MappingKeys
) -> list[VatCodeMapping]:
    filed = companies_file.mapping(path.parent / keys.mapping_file) if keys.mapping_file else []
    found = {
        row.code: VatCodeMapping(company_id, row.code, row.standard_code, row.part)
        for row in filed
        if row.kind == "vat_code"
    }
    for code, value in keys.vat_codes.items():
        given = {"code": value} if isinstance(value, str) else value
        if "code" not in given or given.get("part") not in {None, "output", "input"}:
            raise SettingsError(
                f'{path}: [mapping.{name}] vat_codes."{code}" must be a standard code, or '
                '{ code = "…", part = "output" or "input" }. Correct it.'
            )
        found[code] = VatCodeMapping(company_id, code, given["code"], given.get("part"))
    return list(found.values())
