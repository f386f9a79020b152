"""What a connection's system answers when it is asked who it is, and the way to it.

Belongs here: asking within seconds, and what an answer is about. Does not: the way itself
(`doctor_server`), or what each connector finds out (`discover`).
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from assets.sources import registry
from assets.sources.connector import Discovery
from assets.sources.network.connecting import OPTIONS
from assets.workspace import ConnectionReference, Workspace
from pipelines.commands import doctor_server, found
from pipelines.commands.doctor_checks import Checked, said
from warehouse.errors import PermanentError, ReportingError

PATIENCE = 20
"""Seconds all questions to one server may take."""
# What a message is about, told by the words the core puts into it.
_ABOUT = (
    (
        r"HTTP 401|refused the credentials|gave no token|no consent|does not know the login",
        "credentials",
    ),
    (r"HTTP 403|does not let", "rights"),
    (r"HTTP 404", "address"),
    (r"HTTP 410", "interface"),
    (r"must refer to a secret|must be text|must be a whole number", "settings"),
    (r"several (companies|organisations)|does not see|does not cover", "company"),
    (r"could not be reached|did not answer|asked us to wait|HTTP 5\d\d|HTTP 429", "server"),
)


def reachable(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """The way to the server, where the connector says which it is."""
    try:
        url = _address(workspace, reference)
    except ReportingError as error:
        yield Checked(reference.connection_id, "settings", "wrong", *said(str(error)))
        return
    for one in doctor_server.way(url, datetime.now(UTC)) if url else ():
        state = "wrong" if one.is_wrong else "note" if one.remedy else "well"
        yield Checked(reference.connection_id, one.check, state, one.found, one.remedy)


def _address(workspace: Workspace, reference: ConnectionReference) -> str:
    """Where the server is; "" for what reads files."""
    connector = registry.load(reference.system)
    connection = workspace.connection(reference)
    if hasattr(connector, "address"):
        return str(connector.address(connection))
    told = connection.options.get("url")
    return told if isinstance(told, str) else ""


def answers(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """What the system says of itself, and whether it is this company."""
    name = reference.connection_id
    try:
        about = _discovered(workspace, reference)
    except ReportingError as error:
        told = found.as_tried(error)
        about_what = next((what for words, what in _ABOUT if re.search(words, told)), "test")
        yield Checked(name, about_what, "wrong", *said(told))
        return
    yield Checked(
        name, "test", "well",
        f"{about.company_name}: {about.accounts} accounts, {about.vat_codes} VAT codes. "
        + "; ".join(about.notes),
    )  # fmt: skip
    wrong = found.other_company(workspace.company(reference.company_id), about)
    if wrong:
        remedy = "Use the credentials of the right company, or correct the cvr in indberet.toml."
        yield Checked(name, "company", "wrong", wrong, remedy)
    if about.fiscal_years and max(last for _, last in about.fiscal_years) < workspace.today:
        yield Checked(
            name, "fiscal year", "note", f"No fiscal year holds today, {workspace.today}.",
            "Open this year in the bookkeeping system.",
        )  # fmt: skip


def _discovered(workspace: Workspace, reference: ConnectionReference) -> Discovery:
    """What the system says, within `PATIENCE` where it is asked over a network.

    Raises what the connector raises, `PermanentError` when time is up.
    """
    connector = registry.load(reference.system)
    connection = workspace.connection(reference)
    if not OPTIONS.keys() <= connector.options.keys():
        return connector.discover(connection)
    quick = {**connection.options, "timeout": doctor_server.TIMEOUT, "attempts": 1}
    done: list[Discovery | BaseException] = []

    def ask() -> None:
        try:
            done.append(connector.discover(replace(connection, options=quick)))
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            done.append(error)

    asking = threading.Thread(target=ask, daemon=True)  # left behind when it hangs
    asking.start()
    asking.join(PATIENCE)
    if not done:
        raise PermanentError(
            f"{connector.title} has not answered our questions within {PATIENCE} s: it is slow, or "
            "has asked us to wait. Try again later; a pull is more patient."
        )
    if isinstance(done[0], BaseException):
        raise done[0]
    return done[0]
