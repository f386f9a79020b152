"""`indberet replay`: the newest loads read again from their kept answers.

Belongs here: which connections, and saying how it went. Does not: the reading
(`assets.sources.replay`).
"""

from dataclasses import asdict

from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import PermanentError, ReportingError


def replay(call: Call, names: list[str]) -> int:
    """Read the newest load of each connection again, without any network."""
    from assets.sources import registry
    from assets.sources.replay import replay as again

    workspace = call.workspace()
    told, code = [], output.OK
    for reference in workspace.selected_connections():
        connector = registry.load(reference.system)
        if (names and reference.connection_id not in names) or not _keeps_answers(connector):
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
        problem = "" if is_same else f"other rows came out ({found.again})"
        told.append({"connection": reference.connection_id, **asdict(found), "problem": problem})
    if not told:
        raise PermanentError("No connection here keeps answers: files are evidence themselves.")
    columns = ["connection", "load_id", "answers", "problem"]
    call.out.table("Read again", columns, [[one.get(c, "") for c in columns] for one in told])
    call.out.data(told)
    return code


def _keeps_answers(connector: object) -> bool:
    """Whether it reads over a network: those say how many connections may run at once."""
    return hasattr(connector, "concurrency")
