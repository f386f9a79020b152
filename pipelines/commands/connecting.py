"""`indberet connect SYSTEM`: from a system's name to books a person has compared.

Asks what the connector needs, tries it before anything is written, writes the
connection and its secrets, and reads one month to compare.

Belongs here: the order of the conversation. Does not: its questions (`asking`), any
system's particulars (its connector), nor mappings (`setup`).
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import typer

from assets.sources.connector import Connection, Connector, Discovery
from assets.workspace import Company, ConnectionReference, Workspace, unknown
from pipelines import output
from pipelines.commands import asking, connection_file, first_month, found, setup
from pipelines.commands.call import Call
from warehouse.errors import PermanentError, ReportingError, SettingsError

Tried = tuple[ConnectionReference, Discovery, first_month.Month]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


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
    connector = _connector(system)
    workspace = call.workspace()
    wanted = first_month.Wanted(first_month.asked(month, workspace.today), is_fixed=bool(month))
    company = asking.company(call, workspace)
    name = name or _free(workspace, system if len(workspace.companies) == 1 else company.company_id)
    _refuse_name(workspace, name)
    call.out.say(f"[bold]{connector.title}[/] for {company.name} ({company.cvr or 'no CVR'})")
    draft = connection_file.Draft(workspace.settings.parent, name)
    try:
        options = asking.given(connector, draft, given, secrets)
        _refuse_second_ledger(workspace, company, system, options)
        empty = ConnectionReference(name, company.company_id, system, options, draft.base)
        tried = _until_it_works(call, workspace, connector, empty, draft, wanted)
        if tried is None:
            _undo(workspace, draft)
            call.out.say("Nothing was written.")
            return output.PERMANENT
        reference, about, shown = tried
        connection_file.append(workspace.settings, reference)
    except BaseException:
        _undo(workspace, draft)
        raise
    call.out.say(f"Wrote the connection {name} to {workspace.settings}.", is_markup=False)
    call = Call(call.settings, (company.company_id,), call.out)
    if shown.rows:
        first_month.show(call.out, shown)
    facts = {
        "connection": name, "found": asdict(about), "month": f"{shown.first:%Y-%m}",
        "trial_balance": shown.rows,
    }  # fmt: skip
    if shown.rows and asking.is_asking(call) and not _agrees(call, shown, name):
        return output.WITHHELD
    return setup.connect(call, accept=accept, facts=facts)


def _connector(system: str) -> Connector:
    from assets.sources import registry

    if system not in registry.ids():
        raise SettingsError(unknown("system", system, registry.ids()))
    return registry.load(system)


def _free(workspace: Workspace, wanted: str) -> str:
    taken = {connection.connection_id for connection in workspace.connections}
    return next(n for n in (wanted, *(f"{wanted}-{i}" for i in range(2, 1000))) if n not in taken)


def _refuse_name(workspace: Workspace, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"--id {name!r} is no name for a connection, which names folders. Use letters, digits, "
            "_, . and -."
        )
    if any(connection.connection_id == name for connection in workspace.connections):
        raise SettingsError(
            f"There is a connection {name} already. Choose another --id, or edit "
            f"{workspace.settings}; `indberet doctor connection {name}` says how it stands."
        )


def _refuse_second_ledger(
    workspace: Workspace, company: Company, system: str, options: Mapping[str, Any]
) -> None:
    """Before anything is asked: a company has one ledger."""
    from assets.sources import registry

    if not registry.holds_ledger(system, options):
        return
    for other in workspace.connections:
        is_same = other.company_id == company.company_id
        if is_same and registry.holds_ledger(other.system, other.options):
            raise SettingsError(
                f"{company.name} has its ledger in the connection {other.connection_id} "
                f"({other.system}) already, and a second one would count every figure twice. "
                f"Remove that one from {workspace.settings} first, or give this one a company of "
                "its own with --company."
            )


def _until_it_works(
    call: Call,
    workspace: Workspace,
    connector: Connector,
    reference: ConnectionReference,
    draft: connection_file.Draft,
    wanted: first_month.Wanted,
) -> Tried | None:
    """The connection once it answers, and one month of it, read as every pull will read: only
    that tells that all rights are there. A person may correct what they said; None: gave up.
    """
    if not asking.is_asking(call):
        asking.refuse_missing(connector, reference.options)
        now, about = _tried(call, workspace, connector, reference, draft)
        return now, about, _first_month(call, connector, workspace.connection(now), wanted)
    call.out.say(
        f"It is tried before anything is written. Where to find what is asked for: "
        f"docs/sources/{reference.system.rstrip('45')}.md. Ctrl-C stops."
    )
    before: dict[str, Any] = {}
    while True:
        before = asking.ask(connector, draft, reference.options, before)
        try:
            now = replace(reference, options=before)
            now, about = _tried(call, workspace, connector, now, draft)
            return now, about, _first_month(call, connector, workspace.connection(now), wanted)
        except ReportingError as error:
            call.out.say(f"\nIt does not work yet. {found.as_tried(error)}\n", is_markup=False)
        if not typer.confirm("Correct the answers and try again?", default=True):
            return None


def _tried(
    call: Call,
    workspace: Workspace,
    connector: Connector,
    reference: ConnectionReference,
    draft: connection_file.Draft,
) -> tuple[ConnectionReference, Discovery]:
    """The connection once it answers and is this company's."""
    reference = _consented(call, workspace, connector, reference, draft)
    option = getattr(connector, "company_option", "")
    if option and option not in reference.options:
        with call.out.progress("look for companies"):
            there = connector.companies(workspace.connection(reference))  # type: ignore[attr-defined]
        if len(there) > 1 or not there:
            chosen = asking.books(call, there, option)
            reference = replace(reference, options={**reference.options, option: chosen})
    with call.out.progress(f"test {connector.title}"):
        about = connector.discover(workspace.connection(reference))
    found.show(call.out, about)
    company = workspace.company(reference.company_id)
    wrong = found.other_company(company, about)
    if wrong:
        raise PermanentError(
            f"{wrong} Nothing was written; use the credentials or file of the right company, or "
            "correct the cvr in indberet.toml."
        )
    if asking.is_asking(call) and not found.digits(about.registration_number):
        question = f"They state no CVR number. Are they the books of {company.name}?"
        if not typer.confirm(question, default=True):
            raise PermanentError(f"These are not the books of {company.name}.")
    return reference, about


def _consented(
    call: Call,
    workspace: Workspace,
    connector: Connector,
    reference: ConnectionReference,
    draft: connection_file.Draft,
) -> ConnectionReference:
    """The connection with the refresh token a person's consent gave, where it needs one."""
    from assets.sources.network import consent as browser

    option = getattr(connector, "consent_option", "")
    if not option or option in reference.options:
        return reference
    wanted = connector.consent(workspace.connection(reference))  # type: ignore[attr-defined]
    if wanted is None:
        return reference
    if not asking.is_asking(call):
        raise SettingsError(
            f"{connector.title} needs a person's consent in a browser. Run `indberet connect "
            f"{reference.system}` on a terminal, or give --secret {option}=file:PATH with a "
            "refresh token."
        )
    token = browser.ask(wanted, lambda url: _show_page(call, connector, wanted.redirect, url))
    options = {**reference.options, option: draft.kept(option, token.reveal())}
    return replace(reference, options=options)


def _show_page(call: Call, connector: Connector, redirect: str, url: str) -> None:
    call.out.say(
        f"Open this page in a browser on this machine and accept there. {connector.title} must "
        f"know {redirect} as a redirect address of your app.\n\n{url}\n\nWaiting; Ctrl-C stops.",
        is_markup=False,
    )


def _undo(workspace: Workspace, draft: connection_file.Draft) -> None:
    """As if nothing had been asked: no secrets, no tokens."""
    draft.undo()
    shutil.rmtree(workspace.storage / "private" / draft.connection_id, ignore_errors=True)


def _first_month(
    call: Call, connector: Connector, connection: Connection, wanted: first_month.Wanted
) -> first_month.Month:
    """One month with vouchers; where there are none a person may name another."""
    month, is_fixed = wanted.month, wanted.is_fixed
    while True:
        with call.out.progress(f"read {month.first:%Y-%m}") as progress:
            read = first_month.read(connector, connection, month, progress, is_fixed=is_fixed)
        if not _brings_postings(connection):
            return read
        if read.first != month.first:
            call.out.say(
                f"No vouchers in {month.first:%Y-%m}; the newest are of {read.first:%Y-%m}."
            )
        if read.rows:
            return read
        if not asking.is_asking(call):
            call.out.say(f"No vouchers in {month.first:%Y-%m}; see another with --month 2026-01.")
            return read
        other = _other_month(call, month)
        if other is None:
            return read
        month, is_fixed = other, True


def _other_month(call: Call, month: first_month.Month) -> first_month.Month | None:
    question = f"No vouchers in {month.first:%Y-%m}. Another month to compare (as 2026-01"
    while told := typer.prompt(f"{question}; Enter: none)", default="", show_default=False).strip():
        try:
            return first_month.asked(told, month.first)
        except SettingsError as error:
            call.out.say(str(error).removeprefix("--month is "), is_markup=False)
    return None


def _brings_postings(connection: Connection) -> bool:
    from assets.sources import registry

    return registry.holds_ledger(connection.system, connection.options)


def _agrees(call: Call, shown: first_month.Month, name: str) -> bool:
    """Whether a person finds the same on their own screen; what to do where they do not."""
    call.out.say(
        f"Compare it with the trial balance of {shown.first:%Y-%m} in the system itself: the "
        "movements of that month alone. Credits are negative in the last column."
    )
    if typer.confirm("Is it the same?", default=True):
        return True
    call.out.say(
        f"The connection stays, and nothing is reported. `indberet doctor connection {name}` looks "
        "for what is wrong: vouchers still in draft, another company, rights that hide some of "
        f"them. When it is mended, run `indberet connect`; to give up, remove {name} from "
        "indberet.toml."
    )
    return False
