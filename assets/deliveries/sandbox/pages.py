"""The sandbox authority's pages for people: what it has, and the approval.

Belongs here: HTML. Does not: deciding.
"""

from html import escape

from assets.deliveries.sandbox.receipts import LABELS
from assets.deliveries.sandbox.store import Draft, StoredList
from assets.filings import vat_return

_FRAME = """<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
td {{ padding: .2rem 1rem .2rem 0 }} td.n {{ text-align: right }}
button {{ font: inherit; padding: .4rem 1.2rem; margin-right: 1rem }}
</style></head><body><h1>{title}</h1>{body}</body></html>
"""

STATES = {
    "waiting": "venter på godkendelse",
    "approved": "godkendt",
    "rejected": "afvist",
    "replaced": "erstattet af en senere",
    "current": "modtaget",
}


def approval(draft: Draft) -> str:
    """One draft's figures, and the two buttons while it waits."""
    filed = vat_return.read(draft.content)
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td class=n>{filed.amounts.get(field, 0)}</td></tr>"
        for field, label in LABELS.items()
    )
    buttons = (
        "<form method=post><button name=decision value=approved>Godkend</button>"
        "<button name=decision value=rejected>Afvis</button></form>"
        if draft.state == "waiting"
        else ""
    )
    return _page(
        "Foreløbig momsangivelse",
        f"<p>SE-nr. {escape(draft.se_number)}, periode {draft.period_start} - {draft.period_end}: "
        f"{STATES[draft.state]}.</p><table>{rows}</table><p>Beløb i hele kroner.</p>{buttons}",
    )


def overview(drafts: list[Draft], lists: list[StoredList]) -> str:
    """Everything received, newest first."""
    rows = "".join(
        f"<tr><td>{escape(one.se_number)}</td><td>{one.period_start} - {one.period_end}</td>"
        f'<td><a href="/godkend/{escape(one.reference)}">{STATES[one.state]}</a></td></tr>'
        for one in reversed(drafts)
    )
    listed = "".join(
        f"<tr><td>{escape(one.se_number)}</td><td>{one.period_start} - {one.period_end}</td>"
        f"<td>{STATES[one.state]}</td><td>{escape(one.receipt_number)}</td></tr>"
        for one in reversed(lists)
    )
    return _page(
        "Sandbox-myndighed",
        f"<h2>Momsangivelser</h2><table>{rows}</table>"
        f"<h2>EU-salg uden moms</h2><table>{listed}</table>",
    )


def _page(title: str, body: str) -> str:
    return _FRAME.format(title=escape(title), body=body)
