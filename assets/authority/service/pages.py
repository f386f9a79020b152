"""The service's pages for people: what it has, and the approval.

Belongs here: HTML. Does not: deciding.
"""

from collections.abc import Iterable, Mapping
from html import escape

from assets.authority.service.receipts import LABELS, day, kroner, verdict
from assets.authority.service.store_rows import Draft, StoredList
from assets.filings import vat_return

_FRAME = """<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 16px/1.45 system-ui, sans-serif; color: #1a2733; background: #f3f5f7; margin: 0 }}
.note {{ background: #fff4ce; border-bottom: 1px solid #e8d48a; padding: .5rem 1rem;
  text-align: center }}
main {{ background: #fff; max-width: 44rem; margin: 1.5rem auto; padding: 1.5rem 2rem 2rem;
  border: 1px solid #d9dfe4; border-radius: 6px }}
h1 {{ font-size: 1.6rem; margin: 0 0 .25rem }} h2 {{ font-size: 1.15rem; margin: 1.8rem 0 .3rem }}
p {{ margin: .25rem 0 }} .quiet {{ color: #5b6b78 }}
table {{ border-collapse: collapse; width: 100%; margin: .8rem 0 }}
td, th {{ padding: .28rem .5rem; border-bottom: 1px solid #eceff2; text-align: left }}
th {{ font-weight: 600; color: #5b6b78 }}
.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }}
tr.zero td {{ color: #8b98a3 }}
tr.total td {{ font-weight: 700; border-top: 2px solid #1a2733; border-bottom: 2px solid #1a2733 }}
.state {{ display: inline-block; padding: .1rem .6rem; border-radius: 1rem; background: #e5eaee }}
.waiting {{ background: #fff4ce }} .approved, .current {{ background: #d7f0dd }}
.rejected {{ background: #f8d7d5 }}
button {{ font: inherit; padding: .5rem 1.6rem; margin-right: .8rem; border-radius: 4px;
  border: 1px solid #9aa7b2; background: #fff; cursor: pointer }}
button.go {{ background: #14532d; border-color: #14532d; color: #fff }}
</style></head><body>
{note}<main>{body}</main></body></html>
"""

_NOTE = '<div class="note">Sandbox: intet her når myndighederne eller gælder i loven.</div>'

STATES = {
    "waiting": "venter på godkendelse",
    "approved": "godkendt",
    "rejected": "afvist",
    "replaced": "erstattet af en senere",
    "current": "modtaget",
}


def approval(draft: Draft, company: str, *, is_sandbox: bool) -> str:
    """One draft's figures, and the two buttons while it waits; then its receipt."""
    filed = vat_return.read(draft.content)
    rows = "".join(_amount(field, filed.amounts.get(field, 0)) for field in LABELS)
    total = filed.amounts.get(vat_return.TOTAL, 0)
    return _page(
        "Foreløbig momsangivelse",
        f"<p><b>{escape(company)}</b>, SE-nr. {escape(draft.se_number)}</p>"
        f"<p>Periode {_period(draft)} {_state(draft.state)}</p>"
        f"<table><tr><th>Felt</th><th class=n>Hele kroner</th></tr>{rows}</table>"
        f"<p><b>{verdict(total)}</b> <span class=quiet>Frist {day(draft.due_date)}.</span></p>"
        f"{_next_step(draft)}{_BACK if is_sandbox and draft.state != 'waiting' else ''}",
        is_sandbox=is_sandbox,
    )


def missing(*, is_sandbox: bool) -> str:
    """There is no such draft."""
    return _page(
        "Foreløbig momsangivelse",
        "<p>Der findes ingen foreløbig angivelse med det nummer.</p>"
        + (_BACK if is_sandbox else ""),
        is_sandbox=is_sandbox,
    )


def overview(
    drafts: list[Draft], lists: list[StoredList], names: Mapping[str, str], annual: str = ""
) -> str:
    """Everything received, newest first; `names`: SE number → company; `annual`: the table of
    annual reports.
    """
    returns = (
        f"{_filer(one, names)}<td>{_state(one.state)}</td>"
        f'<td><a href="/godkend/{escape(one.reference)}">vis</a></td>'
        for one in reversed(drafts)
    )
    listed = (
        f"{_filer(one, names)}<td>{_state(one.state)}</td><td>{escape(one.receipt_number)}</td>"
        for one in reversed(lists)
    )
    return _page(
        "Modtagne angivelser",
        "<h2>Momsangivelser</h2>"
        + _table(("Virksomhed", "SE-nr.", "Periode", "Status", ""), returns)
        + "<h2>EU-salg uden moms</h2>"
        + _table(("Virksomhed", "SE-nr.", "Periode", "Status", "Kvittering"), listed)
        + annual,
        is_sandbox=True,
    )


_BACK = '<p><a href="/">Alle modtagne angivelser</a></p>'


def _next_step(draft: Draft) -> str:
    if draft.state == "waiting":
        return (
            "<form method=post><p style='margin:1.2rem 0 0'>"
            "<button class=go name=decision value=approved>Godkend</button>"
            "<button name=decision value=rejected>Afvis</button></p></form>"
        )
    receipt = f"/godkend/{escape(draft.reference)}/kvittering.pdf"
    is_approved = draft.state == "approved"
    return f'<p><a href="{receipt}">Kvittering (PDF)</a></p>' if is_approved else ""


def _amount(field: str, amount: int) -> str:
    kind = "total" if field == vat_return.TOTAL else "" if amount else "zero"
    return (
        f'<tr class="{kind}"><td>{escape(LABELS[field])}</td><td class=n>{kroner(amount)}</td></tr>'
    )


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    if not body:
        return "<p class=quiet>Intet modtaget.</p>"
    return f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{body}</table>"


def _filer(one: Draft | StoredList, names: Mapping[str, str]) -> str:
    name = escape(names.get(one.se_number, ""))
    return f"<td>{name}</td><td>{escape(one.se_number)}</td><td>{_period(one)}</td>"


def _period(one: Draft | StoredList) -> str:
    return f"{day(one.period_start)} – {day(one.period_end)}"


def _state(state: str) -> str:
    return f'<span class="state {state}">{STATES[state]}</span>'


def _page(title: str, body: str, *, is_sandbox: bool) -> str:
    note = _NOTE if is_sandbox else ""
    return _FRAME.format(title=escape(title), note=note, body=f"<h1>{escape(title)}</h1>{body}")
