"""Proof before delivery: our own rules, and then Arelle, must find no error in an annual report.

Warnings do not hold a filing back: those in `accepted_warnings.csv` are explained there, all
others are shown with it. What both judges said is kept with the filing (`proofs/`), and the
audit trail names it with the hashes of what it was judged by. A filing that was judged by the same
judges before is not judged again.

Belongs here: what it takes for a filing to leave. Does not: a judge (`own_rules`,
`arelle_process`), or its place among its siblings (`assets.filings.register`).
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from assets.filings.annual import protocol
from assets.filings.annual.arelle_process import ArelleProcess, Message, Question, is_installed
from assets.filings.annual.drafts import no_arelle, no_regime, no_taxonomy, unfinished
from assets.filings.annual.own_rules import Judged, judge_all
from assets.filings.proving import Proof
from assets.filings.register import Rendered
from assets.intake import taxonomies
from assets.workspace import Workspace
from quality.finding import Finding, Severity, errors
from warehouse.errors import TransientError
from warehouse.operations import Operations
from xbrl.problem import Problem
from xbrl.rules.catalogue import rule_set
from xbrl.taxonomy.library import Found

_SUFFIX = {"application/xhtml+xml": ".xhtml", "application/xml": ".xml"}
_WARNINGS = frozenset({"WARNING", "INCONSISTENCY"})
_SUMS = "DK-SUMS."
_TELL = "Report this with the filing's id: our own rules let the report through."


@contextmanager
def open_proof(workspace: Workspace, operations: Operations) -> Iterator["AnnualProof"]:
    """The proof of annual reports for one run; Arelle starts when a report first gets to it."""
    with ArelleProcess() as arelle:
        yield AnnualProof(workspace, operations, arelle)


class AnnualProof:
    """Proves annual reports, with one Arelle for all of them."""

    def __init__(self, workspace: Workspace, operations: Operations, arelle: ArelleProcess) -> None:
        self._workspace, self._operations, self._arelle = workspace, operations, arelle
        self._library = taxonomies.library(workspace.taxonomies)

    def prove(self, batch: Sequence[Rendered]) -> list[Proof]:
        """One proof for each report, in the order of `batch`."""
        ids = [hashlib.sha256(one.content).hexdigest() for one in batch]
        judged = judge_all(
            {key: (_name(key, one), one.content) for key, one in zip(ids, batch, strict=True)},
            self._library,
        )
        events = protocol.events(self._operations, ids)
        proofs: dict[str, Proof] = {}
        rendered = dict(zip(ids, batch, strict=True))
        for key in sorted(rendered, key=lambda one: (judged[one].addresses, one)):
            proofs[key] = self._prove(key, rendered[key], judged[key], events.get(key))
            self._workspace.progress(f"proofs, of {len(rendered)}", len(proofs))
        return [proofs[key] for key in ids]

    def _prove(
        self, key: str, one: Rendered, judged: Judged, before: Mapping[str, str] | None
    ) -> Proof:
        regime = regime_of(judged.addresses)
        missing = _what_is_missing(judged, regime, one.company_id)
        own = [_own(problem, one.company_id) for problem in judged.problems]
        if missing is not None:
            return Proof([*errors(own), missing, *(f for f in own if f not in errors(own))])
        assert judged.taxonomy is not None
        basis = protocol.basis(judged.taxonomy.package.package_id, regime)
        if before is not None and protocol.is_same(before, basis):
            return Proof(protocol.read(self._workspace.storage, before, one.company_id))
        theirs: list[Finding] = []
        if not errors(own):
            try:
                theirs = self._asked(key, one, judged.taxonomy, judged.addresses, regime)
            except TransientError as error:
                return Proof([unfinished(one.company_id, str(error))], unfinished=str(error))
        found, accepted = protocol.sort_out(own + theirs)
        event = protocol.keep(self._workspace.storage, key, basis, found, accepted)
        return Proof(found, {**event, "report_id": one.report_id})

    def _asked(
        self, key: str, one: Rendered, found: Found, addresses: tuple[str, ...], regime: str
    ) -> list[Finding]:
        """Arelle's findings. Raises `TransientError` when it did not judge to the end."""
        question = Question(
            _name(key, one),
            one.content,
            self._library.path(found.package),
            addresses,
            f"{regime}-preview",
        )
        messages = self._arelle.judge(question)
        return sorted(
            {_theirs(message, question.name, one.company_id) for message in messages},
            key=lambda finding: (finding.where, finding.rule, finding.message),
        )


def regime_of(addresses: Sequence[str]) -> str:
    """The rules for reports of these entry points; empty when there are none."""
    for regime in rule_set("dba").regimes:
        if not regime.many and any(re.search(regime.entry_point, url) for url in addresses):
            return regime.id
    return ""


def _what_is_missing(judged: Judged, regime: str, company_id: str) -> Finding | None:
    """What keeps a report a draft whatever it says."""
    if judged.taxonomy is None:
        return no_taxonomy(judged.addresses, company_id)
    if not regime:
        return no_regime(judged.addresses, company_id)
    return None if is_installed() else no_arelle(company_id)


def _name(key: str, one: Rendered) -> str:
    return f"{key[:12]}{_SUFFIX[one.media_type]}"


def _own(problem: Problem, company_id: str) -> Finding:
    severity = Severity(problem.severity.value)
    if problem.code.startswith(_SUMS):  # a reader's doubt is our mistake: we made the totals
        severity = Severity.ERROR
    return Finding(
        problem.code, severity, company_id, problem.where, problem.message, problem.remedy
    )


def _theirs(message: Message, name: str, company_id: str) -> Finding:
    severity = Severity.WARNING if message.level in _WARNINGS else Severity.ERROR
    where = name if message.line is None else f"{name}:{message.line}"
    found = Finding(message.code, severity, company_id, where, f"Arelle: {message.message}", _TELL)
    if severity is Severity.WARNING:
        found = replace(found, remedy="Correct it, or explain it in accepted_warnings.csv.")
    return found
