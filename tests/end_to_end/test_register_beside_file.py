"""A company in Fortnox: its SIE file says who owes, its interface says who bought.

The EU sales list names the buyer by number, without a CSV file; without the interface the sale
has no buyer.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.test_vat_through_exports import BY_ACCOUNT, VOUCHERS, reported
from tests.simulators.fortnox import Fortnox
from tests.simulators.parties import Invoice, Register

pytestmark = [pytest.mark.slow]

HEAD = """#FLAGGA 0
#PROGRAM "Fortnox" 3.57
#FORMAT PC8
#SIETYP 4
#ORGNR 10150817
#FNAMN "Nordlys Handel ApS"
#VALUTA DKK
#RAR 0 20260101 20261231
"""


def sie() -> str:
    """The books of `VOUCHERS`, in series A, without a word of parties."""
    accounts = sorted({line[0] for _, lines, _ in VOUCHERS.values() for line in lines})
    body = "".join(f'#KONTO {account} "{account}"\n' for account in accounts)
    for number, (day, lines, _) in VOUCHERS.items():
        rows = "".join(f"#TRANS {account} {{}} {amount}\n" for account, amount, *_ in lines)
        body += f'#VER A {number} {day.replace("-", "")} ""\n{{\n{rows}}}\n'
    return HEAD + body


def test_the_eu_sales_list_names_the_buyers_of_a_company_in_fortnox(tmp_path: Path) -> None:
    (tmp_path / "books.se").write_bytes(sie().encode("cp437"))
    register = Register("10150817", invoices=[Invoice(31, "10", "2026-02-02", 3)])
    with Fortnox(register=register) as fortnox:
        (tmp_path / "client").write_text(fortnox.consent.client_secret)
        (tmp_path / "refresh").write_text(fortnox.consent.refresh_token)
        found = reported(
            tmp_path,
            f'system = "fortnox"\npath = "books.se"\n{BY_ACCOUNT}\n'
            f'client_id = "{fortnox.consent.client_id}"\nclient_secret = {{ file = "client" }}\n'
            f'refresh_token = {{ file = "refresh" }}\nurl = "{fortnox.url}/3"\n'
            f'token_url = "{fortnox.url}/oauth-v1/token"\n',
        )
    assert [(row[0], row[2]) for row in found["eu_sales_list"] if row[2]] == [
        ("DE811569869", Decimal(5000))
    ]
    boxes = {row[1]: row[3] for row in found["vat_return"]}
    assert boxes["MomsAngivelseEUSalgBeloebVarerBeloeb"] == 5000
