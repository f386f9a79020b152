"""Synthetic books, landed: the same companies give the same rows on any machine.

Ten kinds of voucher in turn: five domestic sales, three domestic purchases, one
purchase of EU services under reverse charge, one EU sale of goods: three
postings a voucher on average. What the benchmarks measure begins after this.
"""

import json
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from assets.sources.landing import Load
from warehouse.shape import schema
from warehouse.tables import LANDED

START = date(2026, 7, 1)
DAYS = 92
LINES_PER_TEN = 30

ACCOUNTS = [
    ("1010", "Salg af varer og ydelser"),
    ("1050", "Salg af varer udland, EU"),
    ("1610", "Varekøb"),
    ("1710", "Ydelseskøb udland, EU"),
    ("2845", "AM-bidragspligtig A-indkomst"),
    ("3740", "Skat af årets resultat"),
    ("6190", "Tilgodehavender fra salg"),
    ("6480", "Bankkonto"),
    ("6510", "Registreret kapital"),
    ("8040", "Øvrig anden gæld"),
    ("7440", "Leverandører"),
    ("7680", "Salgsmoms"),
    ("7720", "Moms af ydelseskøb udland"),
    ("7740", "Købsmoms"),
]
VAT_CODES = [
    ("S01", "Salgsmoms"),
    ("K010", "Købsmoms"),
    ("K260", "EU-ydelser"),
    ("S21", "EU-varer"),
]
BUYERS = [
    ("B1", "DE", "DE136695976"), ("B2", "SE", "SE123456789701"),
    ("B3", "NL", "NL004495445B01"), ("B4", "EL", "EL094259216"),
]  # fmt: skip

# Voucher kind → its postings: (account, sign and share of the base, VAT code).
KINDS = {
    "sale": [("6190", 1.25, None), ("1010", -1.0, "S01"), ("7680", -0.25, "S01")],
    "purchase": [("1610", 1.0, "K010"), ("7740", 0.25, "K010"), ("7440", -1.25, None)],
    "service": [
        ("1710", 1.0, "K260"), ("7720", -0.25, "K260"), ("7740", 0.25, "K260"), ("7440", -1.0, None)
    ],
    "eu_sale": [("6190", 1.0, None), ("1050", -1.0, "S21")],
    "capital": [("6480", 40.0, None), ("6510", -40.0, None)],
    "tax": [("3740", 4.0, None), ("8040", -4.0, None)],
    "wages": [("2845", 1.0, None), ("6480", -1.0, None)],
}  # fmt: skip
TEN = ["sale"] * 5 + ["purchase"] * 3 + ["service", "eu_sale"]


def company_id(number: int) -> str:
    """The id of the n-th synthetic company."""
    return f"company{number:06d}"


def cvr(number: int) -> str:
    """The n-th number with a valid CVR check digit."""
    for stem in range(1_000_000 + number * 11, 1_000_000 + number * 11 + 11):
        weighted = sum(w * int(d) for w, d in zip((2, 7, 6, 5, 4, 3, 2), str(stem), strict=True))
        if weighted % 11 != 1:
            return f"{stem}{-weighted % 11}"
    raise AssertionError(number)


def write_landed(landed: Path, companies: range, postings: int) -> int:
    """Write one landed load per company with about `postings` postings; returns how many."""
    return _write_all(landed, companies, _template(TEN * max(1, postings // LINES_PER_TEN)))


def write_landed_year(landed: Path, companies: range, postings: int, year: int) -> int:
    """The same for a calendar year that opens with a share capital, pays wages and owes tax."""
    tens = max(1, postings // LINES_PER_TEN)
    kinds = ["capital", *[*TEN, "wages"] * tens, "tax"]
    return _write_all(landed, companies, _template(kinds, date(year, 1, 1), 365))


def _write_all(
    landed: Path, companies: range, template: dict[str, dict[str, list[object] | np.ndarray]]
) -> int:
    for number in companies:
        _write_load(landed, number, template)
    return len(template["posting"]["source_id"]) * len(companies)


def _template(
    kinds: list[str], start: date = START, days_in_all: int = DAYS
) -> dict[str, dict[str, list[object] | np.ndarray]]:
    """Columns of one company's vouchers and postings; `base_oere` still to be scaled."""
    vouchers = list(enumerate(kinds))
    ids = [f"{i + 1:08d}" for i, _ in vouchers]
    days = [start + timedelta(days=i * days_in_all // len(vouchers)) for i, _ in vouchers]
    lines = [(i, n, *line) for i, kind in vouchers for n, line in enumerate(KINDS[kind], 1)]
    return {
        "voucher": {"source_id": ids, "posting_date": days},
        "posting": {
            "source_id": [ids[i] for i, *_ in lines],
            "voucher": np.array([line[0] for line in lines]),
            "line_no": [line[1] for line in lines],
            "account_code": [line[2] for line in lines],
            "quarters": np.array([int(line[3] * 4) for line in lines]),
            "vat_code": [line[4] for line in lines],
            "party_id": [BUYERS[i % 4][0] if kinds[i] == "eu_sale" else None for i, *_ in lines],
        },
    }


def _write_load(
    landed: Path, number: int, template: dict[str, dict[str, list[object] | np.ndarray]]
) -> None:
    connection = company_id(number)
    year = template["voucher"]["posting_date"][0].year
    folder = landed / connection / "loads" / "000001-synthetic000"
    (folder / "raw").mkdir(parents=True)
    voucher, posting = template["voucher"], template["posting"]
    count, lines = len(voucher["source_id"]), len(posting["source_id"])
    quarter_oere = (np.arange(count) * 7919 + number * 104_729) % 125_000 + 250
    oere = quarter_oere[posting["voucher"]] * posting["quarters"]
    amounts = pa.array(oere, pa.int64()).cast(pa.decimal128(19, 0))
    streams = {
        "company": [{"source_id": "company", "name": connection, "base_currency": "DKK"}],
        "account": [
            {"source_id": code, "account_code": code, "name": name, "standard_account_code": code}
            for code, name in ACCOUNTS
        ],
        "vat_code": [
            {"source_id": code, "vat_code": code, "name": name, "standard_vat_code": code}
            for code, name in VAT_CODES
        ],
        "party": [
            {"source_id": p, "party_id": p, "name": p, "country": c, "vat_number": v}
            for p, c, v in BUYERS
        ],
        "fiscal_period": [
            {"source_id": str(year), "kind": "year", "start_date": date(year, 1, 1),
             "end_date": date(year, 12, 31), "state": "open"}
        ],
    }  # fmt: skip
    for stream, records in streams.items():
        names = LANDED[stream].names
        rows = [{name: record.get(name) for name in names} for record in records]
        _write(folder, stream, pa.Table.from_pylist(rows, schema=schema(LANDED[stream])))
    _write(folder, "voucher", _table("voucher", count, {
        "source_id": voucher["source_id"], "voucher_number": voucher["source_id"],
        "posting_date": voucher["posting_date"], "where_found": voucher["source_id"],
    }))  # fmt: skip
    _write(folder, "posting", _table("posting", lines, {
        "source_id": posting["source_id"],
        "line_id": [str(n) for n in posting["line_no"]], "line_no": posting["line_no"],
        "account_code": posting["account_code"], "amount": _oere_to_kroner(amounts),
        "vat_code": posting["vat_code"], "party_id": posting["party_id"],
    }))  # fmt: skip
    load = Load(
        connection, connection, "synthetic", folder.name, 1, count, 0, "0" * 64, None, None, {},
        folder,
    )  # fmt: skip
    content = {name: value for name, value in asdict(load).items() if name != "folder"}
    (folder / "load.json").write_text(json.dumps(content))


def _oere_to_kroner(amounts: pa.Array) -> pa.Array:
    """The same digits with the point two places in: exact, no division."""
    buffers = amounts.buffers()
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(amounts), buffers)


def _table(stream: str, count: int, columns: dict[str, object]) -> pa.Table:
    target = schema(LANDED[stream])
    return pa.table(
        [
            pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(count, f.type)
            for f in target
        ],
        schema=target,
    )


def _write(folder: Path, stream: str, table: pa.Table) -> None:
    pq.write_table(table, folder / f"{stream}.parquet", compression="zstd")
