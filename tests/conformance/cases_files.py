"""Conformance cases of the file connectors."""

from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.saft_writer import Book, sale

NUMBERS = [f"{n}" for n in range(1, 41)]


def _day(number: str) -> str:
    return f"2026-{int(number) % 12 + 1:02}-{int(number) % 28 + 1:02}"


def _net(number: str) -> str:
    return f"{int(number) * 100}.04"


BEFORE = {number: _net(number) for number in NUMBERS}
# one changed, one gone, one new
AFTER = {**{n: net for n, net in BEFORE.items() if n != "7"}, "3": "999.96", "41": "8.00"}
DEBIT = sum((Decimal(net) + Decimal(net) / 4 for net in BEFORE.values()), Decimal(0))


def _connection(system: str, folder: Path, **options: object) -> Connection:
    return Connection("books", "nordlys", system, options, str(folder))


def _saft(folder: Path, nets: dict[str, str], country: str, version: str) -> None:
    vouchers = [sale(number, _day(number), net) for number, net in nets.items()]
    content = Book(vouchers, country=country, version=version).write()
    (folder / "books.xml").write_bytes(content)


def saft(country: str, version: str) -> Case:
    def set_up(folder: Path) -> Connection:
        _saft(folder, BEFORE, country, version)
        return _connection("saft", folder, path="books.xml")

    def ruin(folder: Path) -> None:
        path = folder / "books.xml"
        path.write_bytes(path.read_bytes()[:-500])

    return Case(
        f"saft-{country}-{version}", set_up, 40, 120, DEBIT,
        lambda folder: _saft(folder, AFTER, country, version), ruin,
        proof="Norwegian schemas and official example; Danish files of our own",
    )  # fmt: skip


def _lines(number: str, net: str) -> list[tuple[str, Decimal]]:
    amount = Decimal(net)
    return [("1510", amount * 5 / 4), ("3001", -amount), ("2611", -amount / 4)]


def _sie4(folder: Path, nets: dict[str, str]) -> None:
    sums: dict[str, Decimal] = {}
    body = []
    for number, net in nets.items():
        lines = _lines(number, net)
        for account, amount in lines:
            sums[account] = sums.get(account, Decimal(0)) + amount
        trans = "".join(f"#TRANS {account} {{}} {amount:.2f}\n" for account, amount in lines)
        day = _day(number).replace("-", "")
        body.append(f'#VER A {number} {day} "Försäljning {number}"\n{{\n{trans}}}\n')
    head = (
        '#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n#GEN 20261231\n#ORGNR 556000-0001\n#FNAMN "Övning AB"\n'
        "#RAR 0 20260101 20261231\n"
    )
    accounts = "".join(f"#KONTO {account} {account}\n" for account in sums)
    balances = "".join(f"#UB 0 {account} {amount:.2f}\n" for account, amount in sums.items())
    (folder / "books.se").write_bytes((head + accounts + balances + "".join(body)).encode("cp437"))


def sie4() -> Case:
    def set_up(folder: Path) -> Connection:
        _sie4(folder, BEFORE)
        return _connection("sie4", folder, path="books.se")

    def ruin(folder: Path) -> None:
        path = folder / "books.se"
        path.write_bytes(path.read_bytes()[:-20])

    return Case(
        "sie4", set_up, 40, 120, DEBIT, lambda folder: _sie4(folder, AFTER), ruin,
        proof="files of 20 real programs",
    )  # fmt: skip


def _sie5(folder: Path, nets: dict[str, str]) -> None:
    sums: dict[str, Decimal] = {}
    entries = []
    for number, net in nets.items():
        lines = _lines(number, net)
        for account, amount in lines:
            sums[account] = sums.get(account, Decimal(0)) + amount
        told = "".join(f'<LedgerEntry accountId="{a}" amount="{v:.2f}"/>' for a, v in lines)
        entries.append(
            f'<JournalEntry id="{number}" journalDate="{_day(number)}" text="Försäljning">'
            f'<EntryInfo date="{_day(number)}" by="x"/>{told}</JournalEntry>\n'
        )
    accounts = "".join(
        f'<Account id="{a}" name="{a}" type="asset">'
        f'<ClosingBalance month="2026-12" amount="{v:.2f}"/></Account>\n'
        for a, v in sums.items()
    )
    (folder / "books.sie").write_text(
        f"""<?xml version="1.0" encoding="utf-8"?>
<Sie xmlns="http://www.sie.se/sie5"><FileInfo>
<SoftwareProduct name="x" version="1"/><FileCreation time="2026-12-31T12:00:00" by="x"/>
<Company organizationId="556000-0001" name="Övning AB"/>
<FiscalYears><FiscalYear start="2026-01" end="2026-12" primary="true"/></FiscalYears>
<AccountingCurrency currency="SEK"/></FileInfo>
<Accounts>{accounts}</Accounts>
<Journal id="A" name="A">{"".join(entries)}</Journal></Sie>
""",
        encoding="utf-8",
    )


def sie5() -> Case:
    def set_up(folder: Path) -> Connection:
        _sie5(folder, BEFORE)
        return _connection("sie5", folder, path="books.sie")

    def ruin(folder: Path) -> None:
        path = folder / "books.sie"
        path.write_bytes(path.read_bytes().replace(b"</Accounts>", b"</Account>"))

    return Case(
        "sie5", set_up, 40, 120, DEBIT, lambda folder: _sie5(folder, AFTER), ruin,
        proof="the official sample",
    )  # fmt: skip


def _delimited(folder: Path, nets: dict[str, str]) -> None:
    rows, sums = ["Bilag;Dato;Konto;Beløb"], dict[str, Decimal]()
    for number, net in nets.items():
        for account, amount in _lines(number, net):
            sums[account] = sums.get(account, Decimal(0)) + amount
            rows.append(f"{number};{_day(number)};{account};{amount:.2f}".replace(".", ","))
    (folder / "books.csv").write_text("\n".join(rows), encoding="utf-8")
    balance = [f"{account};{amount:.2f}".replace(".", ",") for account, amount in sums.items()]
    (folder / "saldo.csv").write_text("\n".join(["Konto;Ultimo", *balance]), encoding="utf-8")


def delimited() -> Case:
    def set_up(folder: Path) -> Connection:
        _delimited(folder, BEFORE)
        (folder / "mapping.toml").write_text(
            """[postings]
date_format = "%Y-%m-%d"
[postings.columns]
voucher_number = "Bilag"
date = "Dato"
account = "Konto"
amount = "Beløb"
[trial_balance]
start_date = 2026-01-01
end_date = 2026-12-31
[trial_balance.columns]
account = "Konto"
closing = "Ultimo"
""",
            encoding="utf-8",
        )
        return _connection(
            "delimited", folder, path="books.csv", mapping="mapping.toml", trial_balance="saldo.csv"
        )

    def ruin(folder: Path) -> None:
        (folder / "books.csv").write_text("Konto;Beløb\n1000;5\n", encoding="utf-8")

    return Case(
        "delimited", set_up, 40, 120, DEBIT, lambda folder: _delimited(folder, AFTER), ruin,
        proof="files of our own: the format is whatever your mapping says",
    )  # fmt: skip


CASES = [saft("DK", "2.1"), saft("NO", "1.10"), saft("NO", "1.30"), sie4(), sie5(), delimited()]
