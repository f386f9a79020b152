"""The commands that set up: init, connect.

Belongs here: making settings for a person to own, and the way from books to mappings. Does
not: a new connection (`connecting`), reading settings (`pipelines.settings`) or the line.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assets.workspace import Workspace
from pipelines import output, run
from pipelines.commands import asking, choosing, mapping_file
from pipelines.commands.call import Call
from pipelines.suggest import Suggestion, suggest
from pipelines.suggest import bare as bare_of
from warehouse.errors import PermanentError

TEMPLATE = """\
# Settings of one Indberet workspace. Paths are relative to this file.
# Secrets are only referred to: { env = "NAME" } or { file = "path" }.

[storage]
path = "var"

[[company]]
id = "min-virksomhed"
name = "@NAME@"
cvr = "@CVR@"
vat_frequency = "@FREQUENCY@"     # month, quarter or half_year: see the authority's self-service
eu_sales_list = "none"        # month or quarter when you sell to businesses in the EU
policy = "review"             # a person approves each filing; automatic: none needs to

# [company.annual_report]     # when the company files an annual report (årsregnskabsloven)
# class = "B-micro"           # B-micro, B, C-medium, C-large or D: §§ 7 and 22 a
# year_end = "12-31"
# first_day = 2026-01-01      # the first fiscal year reported from here begins on this day
# management_members = 1      # who pay a fee when it is late: § 151

# [[connection]]
# id = "books"
# company = "min-virksomhed"
# system = "saft"             # @SYSTEMS@
# path = "exports/*.xml"

[delivery]
channel = "sandbox"           # the authority on this machine; a live one is configured below

# [channel.skat]              # the addresses and the certificate come with the agreement
# kind = "skat"
# live = true                 # what is sent there counts in law; also set live = true in [delivery]
# urls = { draft = "https://…", receipt = "https://…", calendar = "https://…" }
# certificate = { file = "certificate.p12" }
# password = { env = "INDBERET_CERTIFICATE_PASSWORD" }
# trusted = { file = "authority.pem" }

# annual_report = "erst"      # under [delivery]: annual reports through a channel of their own,
# [channel.erst]              # described in docs/authorities/erst.md
# kind = "erst"
"""


def init(call: Call, folder: Path, name: str, cvr: str, frequency: str) -> int:
    """Make a workspace: a commented indberet.toml to fill in, never over an old one."""
    from assets.sources import registry

    path = folder / "indberet.toml"
    if path.exists():
        raise PermanentError(
            f"Tried to make {path.absolute()}: it is there already and stays as it is. "
            "Edit it, or choose another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.replace("@NAME@", name.replace('"', "'")).replace("@FREQUENCY@", frequency)
    text = text.replace("@CVR@", cvr).replace("@SYSTEMS@", ", ".join(registry.ids()))
    path.write_text(text, encoding="utf-8")
    call.out.say(f"Made {path}. Fill in the company, then run `indberet connect SYSTEM`.")
    call.out.data({"settings": str(path)})
    return output.OK


def connect(call: Call, *, accept: bool, facts: Mapping[str, Any] | None = None) -> int:
    """Test the connections, read them, and suggest mappings to the standard codes.

    `facts`: what was found of a connection just made, which is not tested again.
    """
    workspace = call.workspace()
    discovered = [] if facts else _discover(call, workspace)
    with call.out.progress("read the books") as progress:
        run.run(workspace, "pull", progress)
    suggested, bare = _unmapped(workspace)
    chosen = _chosen(call, suggested, bare, accept=accept)
    written = mapping_file.add(workspace, chosen)
    left = len(suggested) + len(bare)
    if written:
        what = "1 row" if len(chosen) == 1 else f"{len(chosen)} rows"
        call.out.say(f"Wrote {what} to {', '.join(written)}. Correct it wherever you know better.")
        workspace = call.workspace()
        with call.out.progress("map the books") as progress:
            run.run(workspace, "pull", progress)
        left = sum(map(len, _unmapped(workspace)))
    _told_next(call, left, has_suggestions=bool(suggested) and not written)
    call.out.data(
        {
            **(facts or {}),
            "connections": discovered,
            "suggestions": [asdict(s) for s in suggested],
            "without_suggestion": [asdict(s) for s in bare],
            "written": written,
            "left": left,
        }
    )
    return output.OK


def _unmapped(workspace: Workspace) -> tuple[list[Suggestion], list[Suggestion]]:
    """What is in use and not mapped: with a suggestion, and without one."""
    ids = [company.company_id for company in workspace.selected_companies()]
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        found = suggest(con, ids)
        return found, bare_of(con, ids, found)


def _told_next(call: Call, left: int, *, has_suggestions: bool) -> None:
    """What is left to map, and what comes next."""
    if not left:
        call.out.say("Every account and VAT code in use has its standard code.")
    else:
        what = "1 account or VAT code" if left == 1 else f"{left} accounts or VAT codes"
        call.out.say(
            f"{what} in use {'has' if left == 1 else 'have'} no standard code yet. A return that "
            "needs one waits for it, and `indberet check` names it. Run `indberet connect` again "
            "for them, or write them into the mapping file."
        )
    if has_suggestions:
        call.out.say("`indberet connect --accept` takes those of 90 % and more.")
    call.out.say("Next: `indberet check` looks through the books, `indberet report` makes reports.")


def _chosen(
    call: Call, found: list[Suggestion], bare: list[Suggestion], *, accept: bool
) -> list[Suggestion]:
    """The sure ones when told so; on a terminal, what a person chooses."""
    if accept or not asking.is_asking(call):
        choosing.show(call.out, found, is_short=True)
        return [one for one in found if accept and one.is_sure]
    return choosing.through(call.out, found, bare)


def _discover(call: Call, workspace: Workspace) -> list[dict[str, object]]:
    """What each connection says of itself."""
    from assets.sources import registry

    facts = []
    for reference in workspace.selected_connections():
        with call.out.progress(f"test {reference.connection_id}"):
            about = registry.load(reference.system).discover(workspace.connection(reference))
        facts.append({"connection": reference.connection_id} | asdict(about))
        call.out.say(
            f"{reference.connection_id}: {about.company_name} "
            f"({about.registration_number or 'no number'}), {about.accounts} accounts, "
            f"{about.vat_codes} VAT codes. {' '.join(about.notes)}",
            is_markup=False,
        )
    return facts
