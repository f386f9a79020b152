"""The commands that set up: init, connect.

Belongs here: making settings and mapping files for a person to own. Does not:
reading settings (`pipelines.settings`) or the line.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from assets.workspace import Workspace
from pipelines import output, run
from pipelines.commands.call import Call
from pipelines.suggest import Suggestion, suggest, unmapped
from warehouse.errors import PermanentError

_SHOWN_WHOLE = 10
"""Accepted suggestions shown one by one; beyond, the certain accounts are counted."""

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
    call.out.say(f"Made {path}. Fill in the company and a connection, then run `indberet connect`.")
    call.out.data({"settings": str(path)})
    return output.OK


def connect(call: Call, *, accept: bool, facts: Mapping[str, Any] | None = None) -> int:
    """Test the connections, read them, and suggest mappings to the standard codes.

    `facts`: what was found of a connection just made, which is not tested again.
    """
    workspace = call.workspace()
    discovered = [] if facts else _discover(call, workspace)
    with call.out.progress("pull") as progress:
        run.run(workspace, "pull", progress)
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        ids = [c.company_id for c in workspace.selected_companies()]
        found, open_ = suggest(con, ids), unmapped(con, ids)
    show_suggestions(call, found, open_, is_short=accept)
    chosen = _chosen(call, found, accept=accept)
    written = _accept(workspace, chosen)
    if written:
        call.out.say(
            f"{len(chosen)} of {len(found)} accepted into {', '.join(written)}. Read the file; "
            "correct it where you know better."
        )
    elif found:
        call.out.say("Run `indberet connect --accept` to take those of 90 % and more.")
    call.out.data(
        {
            **(facts or {}),
            "connections": discovered,
            "suggestions": [asdict(s) for s in found],
            "written": written,
        }
    )
    return output.OK


def show_suggestions(
    call: Call, found: list[Suggestion], unmapped_: int, *, is_short: bool
) -> None:
    """The suggestions; where `is_short` and they are many, certain accounts are counted."""
    is_short = is_short and sum(one.is_sure for one in found) > _SHOWN_WHOLE
    shown = [s for s in found if not (is_short and s.is_certain and s.kind == "account")]
    counted = len(found) - len(shown)
    if shown:
        call.out.table(
            "Suggested mappings",
            ["company", "kind", "own code", "name", "standard", "name", "part", "sure", "why"],
            [(*list(asdict(s).values())[:-2], f"{s.confidence:.0%}", s.reason) for s in shown],
        )
    if counted:
        what = "1 account" if counted == 1 else f"{counted} accounts"
        call.out.say(f"{what} with the same number and name.")
    if not unmapped_:
        call.out.say("Every account and VAT code in use is mapped.")
    elif unmapped_ > len(found):
        call.out.say(
            f"{unmapped_ - len(found)} accounts or VAT codes in use have no suggestion: nothing "
            "speaks for a standard code. Add each to the company's mapping file by hand."
        )


def _chosen(call: Call, found: list[Suggestion], *, accept: bool) -> list[Suggestion]:
    """The sure ones when told so; on a terminal, those a person says yes to."""
    if accept:
        return [one for one in found if one.is_sure]
    if call.out.is_json or call.out.is_quiet or not sys.stdin.isatty():
        return []
    return [
        one
        for one in found
        if typer.confirm(
            f"Map {one.kind} {one.code} {one.name} to {one.standard_code} {one.standard_name}?",
            default=one.is_sure,
        )
    ]


def _discover(call: Call, workspace: Workspace) -> list[dict[str, object]]:
    """What each connection says of itself."""
    from assets.sources import registry

    facts = []
    for reference in workspace.selected_connections():
        with call.out.progress(f"connect {reference.connection_id}"):
            found = registry.load(reference.system).discover(workspace.connection(reference))
        facts.append({"connection": reference.connection_id} | asdict(found))
        call.out.say(
            f"{reference.connection_id}: {found.company_name} "
            f"({found.registration_number or 'no number'}), {found.accounts} accounts, "
            f"{found.vat_codes} VAT codes. {' '.join(found.notes)}"
        )
    return facts


def _accept(workspace: Workspace, found: list[Suggestion]) -> list[str]:
    """Add the suggestions to each company's mapping file, named in the settings."""
    by_company: dict[str, list[Suggestion]] = defaultdict(list)
    for one in found:
        by_company[one.company_id].append(one)
    written = []
    for company_id, rows in sorted(by_company.items()):
        path = workspace.settings.parent / f"mapping-{company_id}.csv"
        _append(path, rows)
        _name_in_settings(workspace.settings, company_id, path.name)
        written.append(str(path))
    return written


def _append(path: Path, rows: list[Suggestion]) -> None:
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(["kind", "code", "name", "standard_code", "standard_name", "part"])
        for r in rows:
            writer.writerow([r.kind, r.code, r.name, r.standard_code, r.standard_name, r.part])


def _name_in_settings(settings: Path, company_id: str, name: str) -> None:
    """Add `mapping_file` to the company's mapping; a person's own lines stay untouched."""
    text = settings.read_text(encoding="utf-8")
    line = f'mapping_file = "{name}"'
    if line in text:
        return
    heading = f'[mapping."{company_id}"]'
    for existing in (heading, f"[mapping.{company_id}]"):
        if existing in text:
            settings.write_text(text.replace(existing, f"{existing}\n{line}", 1), encoding="utf-8")
            return
    settings.write_text(f"{text.rstrip()}\n\n{heading}\n{line}\n", encoding="utf-8")
