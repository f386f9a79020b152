"""`indberet doctor connection`: what is wrong with one, from its settings to its totals.

Every check says what was found; one that fails says what to do. What cannot be known
because an earlier check failed is left out. No secret is ever shown, and a server that
hangs costs seconds.

Belongs here: the order in which a person would look, and the verdict. Does not: the checks
(`doctor_checks`, `doctor_answers`), or mending.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from assets.workspace import ConnectionReference, Workspace
from pipelines import output
from pipelines.commands import doctor_answers, doctor_checks
from pipelines.commands.call import Call
from pipelines.commands.doctor_checks import Checked
from warehouse.errors import SettingsError

_AT_ONCE = 8
_STATES = {"well": "ok", "note": "note", "wrong": "WRONG"}


def doctor(call: Call, what: str, names: list[str]) -> int:
    """Go through the connections named, or all of the selected companies."""
    if what != "connection":
        raise SettingsError(
            f"The doctor knows connections, not {what!r}: doctor connection [NAME]."
        )
    try:
        workspace = call.workspace()
    except SettingsError as error:
        return _told(call, [Checked("", "settings", "wrong", str(error))])
    there = workspace.selected_connections()
    unknown = sorted(set(names) - {one.connection_id for one in there})
    if unknown:
        valid = ", ".join(one.connection_id for one in there) or "none yet"
        raise SettingsError(f"There is no connection {unknown[0]!r}. Connections: {valid}.")
    wanted = [one for one in there if not names or one.connection_id in names]
    if not wanted:
        call.out.say("There are no connections yet. Begin with `indberet connect SYSTEM`.")
    with call.out.progress("look at the connections") as progress:
        return _told(call, examined(workspace, wanted, progress))


def examined(
    workspace: Workspace,
    references: Sequence[ConnectionReference],
    progress: Callable[[str, int], None] = lambda *_: None,
) -> list[Checked]:
    """Every check of these connections, in their order."""
    with ThreadPoolExecutor(_AT_ONCE) as crew:
        asked = [crew.submit(_asked, workspace, one) for one in references]
        checked = []
        with workspace.store().connect(memory_limit=workspace.memory_limit, threads=2) as con:
            for reference, answer in zip(references, asked, strict=True):
                progress(reference.connection_id, 0)
                checked += answer.result()
                checked += doctor_checks.pulled(workspace, reference)
                checked += doctor_checks.totals(con, reference)
                checked += doctor_checks.mapped(con, reference)
    return checked


def _told(call: Call, checked: list[Checked]) -> int:
    """Each connection as a table, then the verdict."""
    for name in dict.fromkeys(one.connection for one in checked):
        rows = [one for one in checked if one.connection == name]
        call.out.table(
            name or "Settings",
            ["", "check", "found", "what to do"],
            [(_STATES[one.state], one.check, one.found, one.remedy) for one in rows],
        )
    wrong = sum(one.state == "wrong" for one in checked)
    notes = sum(one.state == "note" for one in checked)
    if checked:
        well = "All is well." if not notes else f"Nothing is wrong; {notes} to note."
        call.out.say(well if not wrong else f"{wrong} wrong; begin with the first.")
    call.out.data(
        [
            {"connection": one.connection, "check": one.check, "state": one.state,
             "found": one.found, "remedy": one.remedy}
            for one in checked
        ]
    )  # fmt: skip
    return output.WITHHELD if wrong else output.OK


def _asked(workspace: Workspace, reference: ConnectionReference) -> list[Checked]:
    """Secrets, the way to the server, and what it says: each only where the one before is well."""
    checked: list[Checked] = []
    for part in (doctor_checks.secrets, doctor_answers.reachable, doctor_answers.answers):
        checked += part(workspace, reference)
        if any(one.state == "wrong" for one in checked):
            break
    return checked
