"""Files of real systems: read, written by us, read again. What differs is listed, with its reason.

The files are not ours and not in the repository; without them these tests are skipped.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner

from pipelines import settings
from pipelines.cli import app
from tests.conftest import IS_FULL
from warehouse.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

UNREADABLE = {
    "BokSald.SE", "HAS2_1412.se", "HAS4E_1412.Se", "PerSald.SE",  # web pages
    "BL0001_typ4I.SI", "FAKT.SI", "Lon.si",  # no fiscal year in them: none can be exported
    "SampleEntry.sie", "sie5.xsd",
}  # fmt: skip
COLUMNS = {
    "ledger_account": "account_code, name, kind, source_standard_code",
    "fiscal_period": "kind, start_date, end_date",
    "opening_balance": "account_code, kind, balance_date, amount, dimensions",
    "voucher": "journal_code, voucher_number, voucher_date, posting_date, registered_at, text, "
    "document_id",
    "posting": "split_part(voucher_id, ':', 2), posting_date, line_no, line_id, account_code, "
    "amount, currency, amount_currency, rate, party_id, vat_code, text, dimensions",
}
SOME = {"BL0001_typ3.SE", "BokslutSIE1.se", "MAMUT_SIE3_EXPORT.SE", "typ2.se"}
"""Files of other types, beside those that differ, which are always read."""
BARE = {
    "voucher": "journal_code, voucher_number, posting_date",
    "posting": "posting_date, line_id, account_code, amount, party_id",
}
"""What every form keeps of vouchers and postings, texts and times of entry apart."""

# Files whose SIE 4 differs from what was read, in which tables and why.
DIFFERENCES = {
    "Sample.sie": {"opening_balance", "posting"},  # SIE 5: foreign amounts; closing of results
    "SIE4_Exempelfil_med_underdim.SE": {"opening_balance"},  # no balances by month
    "transaktioner_ovnbolag.se": {"opening_balance"},  # some months of nothing, others left out
    "Sie4.si": {"opening_balance"},  # Fortnox: its balances cover vouchers until 1970
    "magenta_bokforing_SIE4I.se": {"opening_balance"},  # an import file states no balances
    "urval_ovnbolag.si": {"opening_balance"},  # a selection of vouchers states none
    "testWrite.se": {"opening_balance"},  # no balances by month; results stated as closings
    "typ4.se": {"opening_balance"},  # no balances by month
}


def run(folder: Path, *arguments: str) -> Any:
    result = CliRunner().invoke(app, ["--settings", str(folder / "indberet.toml"), *arguments])
    assert result.exit_code == 0, result.output
    return result


def company(name: str, system: str, path: Path) -> str:
    country, currency = ("NO", "NOK") if system == "saft" else ("SE", "SEK")
    return (
        f'[[company]]\nid = "{name}"\nname = "{name}"\ncountry = "{country}"\n'
        f'base_currency = "{currency}"\n\n[[connection]]\nid = "{name}-books"\n'
        f'company = "{name}"\nsystem = "{system}"\npath = "{path}"\n\n'
    )


def key(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")


@pytest.fixture(scope="module")
def given(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A workspace with a company for each file (in full: each readable one), pulled."""
    folder = tmp_path_factory.mktemp("given")
    files = [
        path
        for path in sorted((shared_data / "sie").iterdir())
        if path.name not in UNREADABLE and (IS_FULL or path.name in DIFFERENCES.keys() | SOME)
    ]
    files += sorted((shared_data / "saft-no").glob("*.xml"))
    system = {".xml": "saft"}
    (folder / "indberet.toml").write_text(
        "".join(
            company(key(p), "sie5" if p.name == "Sample.sie" else system.get(p.suffix, "sie4"), p)
            for p in files
        )
    )
    run(folder, "pull", "--quiet")
    return folder, files


def written(given: tuple[Path, list[Path]], form: str, folder: Path, *options: str) -> Path:
    """A workspace that has read what was written of every company."""
    system = {"saft-no": "saft"}.get(form, form)
    text = ""
    with Store(given[0] / "var" / "warehouse").connect() as con:
        years = dict(
            con.execute(
                "SELECT company_id, max(year(end_date)) FROM fiscal_period WHERE kind = 'year'"
                " GROUP BY 1"
            ).fetchall()
        )
    for path in given[1]:
        name = key(path)
        to = folder / f"{name}.out"
        year = str(years[name])
        run(given[0], "export-books", form, "--company", name, "--year", year, "--to", str(to),
            "--quiet", *options)  # fmt: skip
        text += company(name, system, to)
    (folder / "indberet.toml").write_text(text)
    run(folder, "pull", "--quiet")
    return folder


WITH_VOUCHERS = {
    "BL0001_typ3.SE", "Sample.sie", "Sie4.si", "magenta_bokforing_SIE4I.se", "testWrite.se",
    "transaktioner_ovnbolag.se", "typ4.se", "urval_ovnbolag.si",
}  # fmt: skip
"""Those that other forms are made of, and one without."""


def differing(one: Path, other: Path, name: str, columns: dict[str, str]) -> set[str]:
    found = set()
    with (
        settings.load(one / "indberet.toml", ()).store().connect() as a,
        settings.load(other / "indberet.toml", ()).store().connect() as b,
    ):
        for table, wanted in columns.items():
            query = f"SELECT {wanted} FROM {table} WHERE company_id = ?"
            rows = [Counter(con.execute(query, [name]).fetchall()) for con in (a, b)]
            if rows[0] != rows[1]:
                found.add(table)
    return found


def test_sie_4_of_every_real_file_reads_back_the_same(
    given: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    back = written(given, "sie4", tmp_path, "--encoding", "utf-8")
    found = {
        p.name: told
        for p in given[1]
        if p.suffix != ".xml" and (told := differing(given[0], back, key(p), COLUMNS))
    }
    assert found == DIFFERENCES
    (example,) = [key(p) for p in given[1] if p.suffix == ".xml"]
    assert not differing(given[0], back, example, BARE)


@pytest.mark.parametrize(
    "form", [pytest.param("sie5", marks=pytest.mark.full("SIE 4 and SAF-T here")), "saft-no"]
)
def test_other_forms_of_real_files_are_valid_and_keep_vouchers_and_postings(
    given: tuple[Path, list[Path]], tmp_path: Path, form: str, shared_data: Path
) -> None:
    files = [p for p in given[1] if p.name in WITH_VOUCHERS or p.suffix == ".xml"]
    back = written((given[0], files), form, tmp_path, "--contact", "Eva Ek", "--telephone", "1")
    schema = norwegian(shared_data) if form == "saft-no" else sie5_unsigned(shared_data)
    for path in files:
        document = etree.parse(tmp_path / f"{key(path)}.out")
        assert schema.validate(document), (path.name, schema.error_log)
        assert not differing(given[0], back, key(path), BARE), path.name


def norwegian(shared_data: Path) -> etree.XMLSchema:
    name = "Norwegian_SAF-T_Financial_Schema_v_1.30.xsd"
    return etree.XMLSchema(etree.parse(shared_data / "saft-no" / name))


def sie5_unsigned(shared_data: Path) -> etree.XMLSchema:
    """The official schema without the signature it asks for, which is the exporter's to make."""
    text = (shared_data / "sie" / "sie5.xsd").read_text("utf-8-sig")
    text = re.sub(r"<xsd:import.*?/>", "", text, flags=re.DOTALL)
    return etree.XMLSchema(
        etree.fromstring(re.sub(r'<xsd:element ref="dsig:Signature".*?/>', "", text).encode())
    )


def test_the_norwegian_example_reads_back_with_its_tax(
    given: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    one = (given[0], [p for p in given[1] if p.suffix == ".xml"])
    back = written(one, "saft-no", tmp_path)
    columns = {
        **{t: c for t, c in COLUMNS.items() if t not in {"fiscal_period", "opening_balance"}},
        "party": "party_id, name, country, vat_number, registration_number",
        "vat_code": "vat_code, name, rate, source_standard_code",
        "tax_line": "posting_date, line_id, vat_code, part, amount",
    }
    assert differing(given[0], back, key(one[1][0]), columns) == set()
    notes = run(given[0], "export-books", "saft-no", "--company", key(one[1][0]), "--year", "2015",
                "--to", str(tmp_path / "x"), "--json").stdout  # fmt: skip
    assert "a contact person and a telephone number" in json.loads(notes)["notes"][1]
