"""An authority in a folder, for tests: it survives the processes that talk to it.

It is *not* idempotent: every submission that reaches it counts, so a filing
sent twice shows.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assets.deliveries.channel import Answer, CalendarEntry, FilingBytes, Outcome, Receipt

LINK = "https://authority.test/approve"


@dataclass
class FolderAuthority:
    """Holds submissions in `folder/submissions`, one JSON line each.

    `first` is what it answers a submission, `then` what it answers afterwards.
    The hooks run before a call is served and before its answer is handed back.
    """

    folder: Path
    first: Outcome = Outcome.AWAITING_APPROVAL
    then: Outcome = Outcome.ACCEPTED
    id: str = "folder"
    is_live: bool = False
    before: Callable[[str, FilingBytes], None] = field(default=lambda _operation, _filing: None)
    after: Callable[[str, FilingBytes], None] = field(default=lambda _operation, _filing: None)
    calls: list[tuple[str, str]] = field(default_factory=list)
    reference: str = ""
    asked_for: list[str] = field(default_factory=list)

    def submissions(self) -> list[dict[str, str]]:
        log = self.folder / "submissions"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def submit(self, filing: FilingBytes, transaction_id: str) -> Answer:
        self._serve("submit", filing)
        sha256 = hashlib.sha256(filing.content).hexdigest()
        line = json.dumps({"transaction_id": transaction_id, "sha256": sha256})
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "submissions").open("a") as log:
            log.write(line + "\n")
        self.after("submit", filing)
        return self._answer(self.first, filing, transaction_id, "submit")

    def lookup(self, filing: FilingBytes, transaction_id: str) -> Answer | None:
        self._serve("lookup", filing)
        found = any(one["transaction_id"] == transaction_id for one in self.submissions())
        self.after("lookup", filing)
        return self._answer(self.first, filing, transaction_id, "lookup") if found else None

    def receipt(self, filing: FilingBytes, transaction_id: str) -> Answer:
        self._serve("receipt", filing)
        self.asked_for.append(transaction_id)
        self.after("receipt", filing)
        return self._answer(self.then, filing, transaction_id, "receipt")

    def calendar(self, se_number: str, from_date: date, to_date: date) -> list[CalendarEntry]:
        return []

    def _serve(self, operation: str, filing: FilingBytes) -> None:
        self.calls.append((operation, filing.filing_id))
        self.before(operation, filing)

    def _answer(
        self, outcome: Outcome, filing: FilingBytes, transaction_id: str, operation: str
    ) -> Answer:
        code = {Outcome.REJECTED: "4811", Outcome.AWAITING_APPROVAL: "5001"}.get(outcome, "")
        receipt = None
        if outcome is Outcome.ACCEPTED:
            receipt = Receipt(
                reference=f"R-{transaction_id[:8]}",
                pdf=b"%PDF-1.7 receipt",
                payment_line="+71<1234567890123456+12345678<",
                amount_to_pay=250,
                payment_date=date(2026, 6, 1),
            )
        return Answer(
            outcome=outcome,
            code=code,
            message=f"{operation} {outcome}",
            request=f"<{operation} id='{transaction_id}'/>".encode(),
            response=f"<{operation}Answer id='{transaction_id}'>{outcome}</>".encode(),
            deep_link=LINK if outcome is Outcome.AWAITING_APPROVAL else None,
            receipt=receipt,
            reference=self.reference,
        )
