"""The demo company's books where another system keeps them: a server, or files.

    python -m tests.simulators.demo start SOURCE FOLDER [--recordings FOLDER]
    python -m tests.simulators.demo stop FOLDER

`start` makes the files or starts the simulator, and prints the connection as JSON: its
settings (`connection`, TOML lines below `[[connection]]`), the `period` its books are about,
`returns`: the reports that can be made of what the system knows, and where codes are too short
to be sure of, the `mapping` a person said yes to. Every source but the
recorded one holds the same books, so each must end in the same VAT return.

Belongs here: setting up. Does not: reading, which is the product's work.
"""

import argparse
import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests import gnucash_writer
from tests.simulators.books import (
    ACCOUNTS,
    COMPANY,
    CVR,
    PARTIES,
    TAXES,
    Booked,
    Kind,
    Line,
    vouchers,
)
from tests.simulators.economic import CODES

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = "recordings/odoo18"
BOTH = ["vat_return", "eu_sales_list"]
_GNUCASH: dict[Kind, str] = {
    "receivable": "ASSET", "payable": "LIABILITY", "asset": "ASSET", "liability": "LIABILITY",
    "equity": "EQUITY", "revenue": "INCOME", "expense": "EXPENSE",
}  # fmt: skip
_SCRATCH = """
[[company]]
id = "nordlys"
name = "@NAME@"
cvr = "@CVR@"
vat_frequency = "quarter"
[company.annual_report]
class = "B"
[mapping.nordlys]
accounts = { @ACCOUNTS@ }
vat_codes = { @CODES@ }
[[connection]]
id = "books"
company = "nordlys"
system = "delimited"
path = "books.csv"
[connection.mapping.company]
name = "@NAME@"
cvr = "@CVR@"
[[connection.mapping.fiscal_year]]
start = 2026-01-01
end = 2026-12-31
[connection.mapping.postings]
date_format = "%Y-%m-%d"
[connection.mapping.postings.columns]
voucher_number = "Bilag"
date = "Dato"
account = "Konto"
account_name = "Kontonavn"
amount = "Beløb"
vat_code = "Moms"
text = "Tekst"
party = "Part"
party_name = "Navn"
party_vat_number = "Nummer"
party_country = "Land"
"""


def _same(codes: Iterable[str]) -> str:
    return ", ".join(f'"{code}" = "{code}"' for code in codes)


_MAPPING = f"vat_codes = {{ {_same(TAXES)} }}\n"


def gnucash(folder: Path, _recordings: Path) -> dict[str, Any]:
    """A GnuCash book; a VAT code stands in the memo of a split, as its page in the docs says."""
    accounts = [(code, name, _GNUCASH[kind]) for code, (name, kind) in ACCOUNTS.items()]
    transactions = [
        (str(one.number), one.day, one.text,
         [(line.account, line.amount, _memo(one, line)) for line in one.lines])
        for one in vouchers()
    ]  # fmt: skip
    gnucash_writer.write(folder / "nordlys.gnucash", accounts, transactions)
    return {"connection": 'system = "gnucash"\npath = "books/nordlys.gnucash"\n',
            "period": "2026-Q3", "returns": BOTH, "mapping": _MAPPING}  # fmt: skip


def _memo(one: Booked, line: Line) -> str:
    party = PARTIES.get(one.party, ("", "", ""))[2]
    told = {"vat": line.vat_code, "party": party if line.part == "base" else ""}
    return " ".join(f"{tag}:{value}" for tag, value in told.items() if value)


def saft(folder: Path, _recordings: Path) -> dict[str, Any]:
    """A Danish SAF-T file, as our own export writes it."""
    _exported(folder, "saft", "nordlys.xml")
    return {"connection": 'system = "saft"\npath = "books/nordlys.xml"\n',
            "period": "2026-Q3", "returns": BOTH}  # fmt: skip


def sie(folder: Path, _recordings: Path) -> dict[str, Any]:
    """A SIE 4 file with the customers beside it, which SIE has no place for."""
    _indberet(_exported(folder, "sie4", "nordlys.se"), "export", "party", "--to", folder)
    lines = (
        'system = "sie4"\npath = "books/nordlys.se"\nvat_dimension = "Momskode"\n'
        'parties = "books/party.csv"\n'
    )
    return {"connection": lines, "period": "2026-Q3", "returns": BOTH, "mapping": _MAPPING}


def _exported(folder: Path, form: str, name: str) -> Path:
    """Read the books from a table in a workspace of its own, and export them; that workspace."""
    scratch = folder / "from"
    scratch.mkdir(exist_ok=True)
    with (scratch / "books.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(
            ["Bilag", "Dato", "Konto", "Kontonavn", "Beløb", "Moms", "Tekst", "Part", "Navn",
             "Nummer", "Land"]
        )  # fmt: skip
        for one in vouchers():
            writer.writerows(_rows(one))
    told = {
        "@NAME@": COMPANY, "@CVR@": CVR, "@ACCOUNTS@": _same(ACCOUNTS), "@CODES@": _same(TAXES),
    }  # fmt: skip
    text = _SCRATCH
    for mark, value in told.items():
        text = text.replace(mark, value)
    (scratch / "indberet.toml").write_text(text, encoding="utf-8")
    _indberet(scratch, "pull", "--quiet")
    _indberet(scratch, "export-books", form, "--year", "2026", "--to", folder / name, "--quiet")
    return scratch


def _rows(one: Booked) -> list[list[str]]:
    rows = []
    for line in one.lines:
        party = PARTIES.get(line.party)
        country, number = (party[1], party[2]) if party else ("", "")
        rows.append(
            [str(one.number), one.day.isoformat(), line.account, ACCOUNTS[line.account][0],
             f"{line.amount}".replace(".", ","), line.vat_code, line.text, line.party,
             party[0] if party else "", number, country]
        )  # fmt: skip
    return rows


def _indberet(scratch: Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pipelines", "--settings", scratch / "indberet.toml"]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr or done.stdout)


def economic(folder: Path, _recordings: Path) -> dict[str, Any]:
    """e-conomic's interface, simulated."""
    found = _served(folder, "tests.simulators.economic")
    codes = ", ".join(f'"{own}" = "{standard}"' for standard, own in CODES.items())
    return {"connection": _economic(folder, found), "period": "2026-Q3", "returns": BOTH,
            "mapping": f"vat_codes = {{ {codes} }}\n"}  # fmt: skip


def _economic(folder: Path, found: dict[str, str]) -> str:
    secrets = {key: _secret(folder, key, found[key]) for key in ("app_secret", "agreement_grant")}
    rest = {key: value for key, value in found.items() if key not in secrets}
    return 'system = "economic"\n' + _lines({**rest, **secrets})


def odoo(folder: Path, recordings: Path) -> dict[str, Any]:
    """The Odoo server whose answers were recorded."""
    where = recordings / RECORDINGS
    if not where.is_dir():
        sys.exit(
            f"The recorded answers are not here: {where}. Point --data at the folder that holds "
            f"{RECORDINGS}."
        )
    found = _served(folder, "tests.simulators.odoo", "--recordings", str(where))
    found["key"] = _secret(folder, "key", found["key"])
    return {"connection": 'system = "odoo"\n' + _lines(found), "period": "2026-Q2",
            "returns": BOTH}  # fmt: skip


def _secret(folder: Path, name: str, value: str) -> str:
    path = folder / name
    path.write_text(value, encoding="utf-8")
    path.chmod(0o600)
    return f'{{ file = "books/{name}" }}'


def _lines(told: dict[str, str]) -> str:
    return "".join(
        f"{key} = {value}\n" if value.startswith("{") else f'{key} = "{value}"\n'
        for key, value in told.items()
    )


def _served(folder: Path, module: str, *arguments: str) -> dict[str, str]:
    """Start a simulator that outlives us; the credentials it prints."""
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
    )  # fmt: skip
    (folder / "server.pid").write_text(str(process.pid))
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        sys.exit(f"The simulator did not start: {(folder / 'server.log').read_text()[-2000:]}")
    found: dict[str, str] = json.loads(line)
    return found


def stop(folder: Path) -> None:
    """Stop the simulator that `start` started, if there is one."""
    pid = folder / "server.pid"
    if pid.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid.read_text()), signal.SIGKILL)
        pid.unlink()


SOURCES: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "odoo-recorded": odoo, "e-conomic-sim": economic, "saft": saft, "sie": sie, "gnucash": gnucash,
}  # fmt: skip


def main() -> None:
    """Start or stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=("start", "stop"))
    parser.add_argument("words", nargs="+")
    parser.add_argument("--recordings", type=Path, default=ROOT.parent / "shared" / "data")
    told = parser.parse_args()
    if told.action == "stop":
        stop(Path(told.words[0]))
        return
    source, folder = told.words
    Path(folder).mkdir(parents=True, exist_ok=True)
    stop(Path(folder))
    sys.stdout.write(json.dumps(SOURCES[source](Path(folder), told.recordings)) + "\n")


if __name__ == "__main__":
    main()
