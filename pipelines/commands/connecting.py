"""`indberet connect SYSTEM`: from a system's name to books a person has compared.

Asks what the connector needs, tries it before anything is written, writes the
connection and its secrets, reads one month and shows it as a trial balance.

Belongs here: the conversation. Does not: any system's particulars (its connector), nor
suggestions (`setup`).
"""

import sys
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from assets.sources.connector import Connection, Connector, Discovery
from assets.workspace import Company, ConnectionReference, Workspace
from pipelines import output
from pipelines.commands import connection_file, setup
from pipelines.commands.call import Call
from pipelines.settings import is_secret
from warehouse.errors import PermanentError, SettingsError

_TRIAL_BALANCE = """
SELECT p.account_code AS account, coalesce(any_value(a.name), '') AS name,
  sum(p.amount) FILTER (p.amount > 0) AS debit, -sum(p.amount) FILTER (p.amount < 0) AS credit,
  sum(p.amount) AS movement
FROM posting p JOIN voucher v USING (source_id) LEFT JOIN account a USING (account_code)
WHERE v.posting_date BETWEEN ? AND ?
GROUP BY p.account_code ORDER BY p.account_code
"""


def add(
    call: Call,
    system: str,
    name: str,
    given: list[str],
    secrets: list[str],
    month: str,
    *,
    accept: bool,
) -> int:
    """Connect a company to a system, for a person or a script."""
    from assets.sources import registry

    connector = registry.load(system)
    workspace = call.workspace()
    company = _company(call, workspace)
    name = name or _free(workspace, system if len(workspace.companies) == 1 else company.company_id)
    _refuse_taken(workspace, name)
    call.out.say(f"[bold]{connector.title}[/] for {company.name}")
    written = connection_file.Draft(workspace.settings.parent, name)
    try:
        options = _options(connector, written, given, secrets)
        reference = ConnectionReference(
            name, company.company_id, system, options, workspace.settings.parent
        )
        reference, found = _tried(call, workspace, connector, reference, written)
        _told(call, company, found)
        connection_file.append(workspace.settings, reference)
    except BaseException:
        written.undo()
        raise
    call.out.say(f"Wrote the connection {name} to {workspace.settings}.")
    call = Call(call.settings, (company.company_id,), call.out)
    workspace = call.workspace()
    balance = _first_month(call, workspace, connector, workspace.connection(reference), month)
    facts = {"connection": name, "found": asdict(found), "trial_balance": balance}
    if _is_asking(call) and not typer.confirm(
        "Does it agree with the trial balance in the system itself?", default=True
    ):
        call.out.say(
            f"The connection is kept, nothing is reported. Run `indberet doctor connection {name}` "
            "to see what may be wrong."
        )
        call.out.data(facts)
        return output.WITHHELD
    return setup.connect(call, accept=accept, facts=facts)


def _company(call: Call, workspace: Workspace) -> Company:
    """The company asked for, the only one, or the one a person chooses."""
    companies = workspace.selected_companies()
    if len(companies) == 1:
        return companies[0]
    names = ", ".join(company.company_id for company in companies)
    if not companies:
        raise SettingsError(
            f"{workspace.settings} names no company. Add a [[company]] with id, name and cvr."
        )
    if not _is_asking(call):
        raise SettingsError(f"Say which company with --company. Companies: {names}.")
    return workspace.company(typer.prompt(f"Company ({names})"))


def _free(workspace: Workspace, wanted: str) -> str:
    taken = {connection.connection_id for connection in workspace.connections}
    return next(n for n in (wanted, *(f"{wanted}-{i}" for i in range(2, 1000))) if n not in taken)


def _refuse_taken(workspace: Workspace, name: str) -> None:
    if any(connection.connection_id == name for connection in workspace.connections):
        raise SettingsError(
            f"There is a connection {name} already. Choose another --id, or edit "
            f"{workspace.settings}; `indberet doctor connection {name}` says how it stands."
        )


def _options(
    connector: Connector, draft: connection_file.Draft, given: list[str], secrets: list[str]
) -> dict[str, Any]:
    """What the connector needs: from --set and --secret, the rest asked for."""
    options: dict[str, Any] = {}
    for text in given:
        key, value = connection_file.pair(text, "--set")
        options[key] = connection_file.value(value)
    for text in secrets:
        key, place = connection_file.pair(text, "--secret")
        options[key] = draft.reference(key, place)
    for key in options:
        if key not in connector.options:
            raise SettingsError(
                f"{connector.title} has no option {key}. Options: {', '.join(connector.options)}."
            )
    missing = [k for k, (needed, _) in connector.options.items() if needed and k not in options]
    if missing and not sys.stdin.isatty():
        told = "; ".join(f"{key}: {connector.options[key][1]}" for key in missing)
        raise SettingsError(
            f"{connector.title} needs more than was given ({told}). Add --set key=value, and for "
            "a secret --secret key=env:NAME or key=file:PATH."
        )
    for key in missing:
        meaning = connector.options[key][1]
        if is_secret(key):
            told = typer.prompt(f"{key}: {meaning} (not shown)", hide_input=True)
            options[key] = draft.kept(key, told)
        else:
            options[key] = connection_file.value(typer.prompt(f"{key}: {meaning}"))
    return options


def _tried(
    call: Call,
    workspace: Workspace,
    connector: Connector,
    reference: ConnectionReference,
    draft: connection_file.Draft,
) -> tuple[ConnectionReference, Discovery]:
    """The connection once it answers; which of several companies is meant is asked for."""
    consent = getattr(connector, "consent", None)
    if consent is not None:
        reference = _consented(call, workspace, consent, reference, draft)
    option = getattr(connector, "company_option", "")
    if option and option not in reference.options:
        with call.out.progress("look for companies"):
            there = connector.companies(workspace.connection(reference))  # type: ignore[attr-defined]
        chosen = _chosen_company(call, there, option)
        if chosen:
            reference = replace(reference, options={**reference.options, option: chosen})
    with call.out.progress(f"test {reference.connection_id}"):
        return reference, connector.discover(workspace.connection(reference))


def _consented(
    call: Call,
    workspace: Workspace,
    consent: Any,
    reference: ConnectionReference,
    draft: connection_file.Draft,
) -> ConnectionReference:
    """The connection with the refresh token a person's consent gave, where it needs one."""
    from assets.sources.network import consent as asking

    needed = consent(workspace.connection(reference))
    if needed is None:
        return reference
    option, wanted = needed
    if not _is_asking(call):
        raise SettingsError(
            f"{wanted.grant.title} needs a person's consent in a browser. Run this on a terminal, "
            f"or give --secret {option}=file:PATH with a refresh token."
        )
    token = asking.ask(
        wanted,
        lambda url: call.out.say(
            f"Open this page, and accept there (it comes back to {wanted.redirect}):\n{url}",
            is_markup=False,
        ),
    )
    options = {**reference.options, option: draft.kept(option, token.reveal())}
    return replace(reference, options=options)


def _chosen_company(call: Call, there: list[tuple[str, str]], option: str) -> str:
    """Of the companies these credentials see; "" when there is but one."""
    if not there:
        raise PermanentError("These credentials see no company. Give them one in the system.")
    if len(there) == 1:
        return there[0][0]
    names = ", ".join(f"{value} ({label})" if label else value for value, label in there)
    if not _is_asking(call):
        raise SettingsError(
            f"These credentials see several companies: {names}. Add --set {option}=…"
        )
    return str(typer.prompt(f"Which company? {names}"))


def _told(call: Call, company: Company, found: Discovery) -> None:
    number = found.registration_number or "no number"
    years = ", ".join(f"{first} – {last}" for first, last in found.fiscal_years) or "none told"
    call.out.table(
        "Found",
        ["company", "number", "fiscal years", "accounts", "VAT codes"],
        [(found.company_name, number, years, found.accounts, found.vat_codes)],
    )
    for note in found.notes:
        call.out.say(note, is_markup=False)
    digits = number.replace(" ", "").removeprefix("DK")
    if digits.isdigit() and company.cvr and digits != company.cvr:
        raise PermanentError(
            f"These books are {found.company_name}'s ({number}), but {company.company_id} is "
            f"{company.name} ({company.cvr}). Nothing was written; use the credentials of the "
            "right company, or correct the cvr in indberet.toml."
        )


def _first_month(
    call: Call, workspace: Workspace, connector: Connector, connection: Connection, month: str
) -> list[dict[str, Any]]:
    """Read one month aside, and show it as the system itself would."""
    from assets.sources import landing

    first, last = _whole_month(month) if month else _month_before(workspace.today)
    with TemporaryDirectory() as aside, call.out.progress(f"read {first:%Y-%m}") as progress:
        narrowed = replace(connection, window=(first, last))
        landing.land(connector, narrowed, Path(aside), progress)
        rows = _balance(Path(aside), connection.connection_id, first, last)
    if not rows:
        call.out.say(f"No vouchers in {first:%Y-%m}; another month: --month 2026-01.")
        return rows
    total = {
        "account": "", "name": "in all", "debit": sum(r["debit"] or 0 for r in rows),
        "credit": sum(r["credit"] or 0 for r in rows), "movement": sum(r["movement"] for r in rows),
    }  # fmt: skip
    call.out.table(
        f"Trial balance, movements {first} – {last}: compare it with the system's own",
        list(total),
        [row.values() for row in [*rows, total]],
    )
    return rows


def _balance(landed: Path, connection_id: str, first: date, last: date) -> list[dict[str, Any]]:
    from assets.sources import landing
    from warehouse import duck

    loads = landing.loads(landed, connection_id)
    if not loads or not (loads[-1].folder / "posting.parquet").exists():
        return []
    con = duck.connect(landed / "tmp", memory_limit="1GB")
    try:
        for stream in ("posting", "voucher", "account"):
            path = loads[-1].folder / f"{stream}.parquet"
            con.execute(f"CREATE VIEW {stream} AS SELECT * FROM read_parquet('{path}')")
        cursor = con.execute(_TRIAL_BALANCE, [first, last])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        con.close()


def _whole_month(text: str) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise SettingsError(
            f"--month is {text!r}, which is no month. Write it as 2026-10."
        ) from None
    return _month_before((first + timedelta(days=31)).replace(day=1))


def _month_before(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _is_asking(call: Call) -> bool:
    return sys.stdin.isatty() and not (call.out.is_json or call.out.is_quiet)
