"""`indberet replay`: the newest loads read again from their kept answers.

Belongs here: which connections, and saying how it went. Does not: the reading
(`assets.sources.replay`).
"""

from dataclasses import asdict
from typing import Any

from assets.sources.connector import Connector
from assets.workspace import unknown
from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import PermanentError, ReportingError, SettingsError

_OTHER_ROWS = (
    "Other rows came out ({again}): Indberet reads these answers otherwise than when they were "
    "landed. `indberet pull --full` reads the books anew."
)


def replay(call: Call, names: list[str]) -> int:
    """Read the newest load of each connection again, without any network."""
    from assets.sources import registry
    from assets.sources.replay import replay as again

    workspace = call.workspace()
    there = [one.connection_id for one in workspace.selected_connections()]
    for name in names:
        if name not in there:
            raise SettingsError(unknown("connection", name, there))
    told: list[dict[str, Any]] = []
    code = output.OK
    for reference in workspace.selected_connections():
        connector = registry.load(reference.system)
        is_asked = not names or reference.connection_id in names
        if not (is_asked and _keeps_answers(connector)):
            continue
        try:
            with call.out.progress(f"read {reference.connection_id} again"):
                found = again(
                    connector, workspace.connection(reference), workspace.storage / "landed"
                )
        except ReportingError as error:
            code = output.WITHHELD
            told.append({"connection": reference.connection_id, "problem": str(error)})
            continue
        is_same = found.again == found.load_id
        code = code if is_same else output.WITHHELD
        problem = "" if is_same else _OTHER_ROWS.format(again=found.again or "none at all")
        told.append({"connection": reference.connection_id, **asdict(found), "problem": problem})
    if not told:
        raise PermanentError("No connection here keeps answers: files are evidence themselves.")
    call.out.table(
        "Read again",
        ["connection", "load", ">answers", "how it went"],
        [
            (one["connection"], one.get("load_id", ""), one.get("answers", ""),
             one["problem"] or "the same rows, byte for byte")
            for one in told
        ],
    )  # fmt: skip
    call.out.data(told)
    return code


def _keeps_answers(connector: Connector) -> bool:
    """Whether it reads over a network: those share the core's options."""
    from assets.sources.network.connecting import OPTIONS

    return OPTIONS.keys() <= connector.options.keys()
