"""Every message an e-invoice can give, produced and compared to the letter."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.errors.corpus import FOLDER, expected
from tests.invoice_writer import KUNDE, LEVERANDOR, NORDLYS, NORSK, TYSK, Doc, Part
from tests.unit.sources.pulling import pull
from warehouse.errors import PermanentError, SettingsError, SourceError

PLAIN = Doc("1", "2026-01-05", NORDLYS, KUNDE, (Part("1000"),))
ABROAD = PLAIN.but(parts=(Part("1000", "K", "0"),), buyer=TYSK, currency="EUR")
REMINDER = b'<Reminder xmlns="urn:oasis:names:specification:ubl:schema:xsd:Reminder-2"/>'
OPTIONS = {"path": ".", "numbers": "10150817", "as": "ledger"}


def changed(document: Doc, old: str, new: str) -> bytes:
    content = document.write().replace(old.encode(), new.encode(), 1)
    assert content != document.write()
    return content


# finding → the files that give it
FOUND: dict[str, list[bytes]] = {
    "einvoice.document_type": [REMINDER, PLAIN.write()],
    "einvoice.profile": [changed(PLAIN.but(oioubl=True), "OIOUBL-2.1", "OIOUBL-1.0")],
    "einvoice.incomplete": [changed(PLAIN, "2026-01-05", "5. januar")],
    "einvoice.not_ours": [PLAIN.but(seller=LEVERANDOR).write()],
    "einvoice.duplicate": [PLAIN.write(), PLAIN.but(parts=(Part("2000"),)).write()],
    "einvoice.rate_missing": [ABROAD.write()],
    "einvoice.vat_unclear": [
        PLAIN.but(seller=NORSK, buyer=NORDLYS, parts=(Part("10", "O", "0"),)).write()
    ],
    "einvoice.sign": [PLAIN.but(type_code="381").write()],
    "einvoice.amount": [changed(PLAIN, ">1250.00</cbc:Pay", ">1.250,00</cbc:Pay")],
    "einvoice.BR-CO-15": [changed(PLAIN, ">1250.00</cbc:TaxIncl", ">1251.00</cbc:TaxIncl")],
    "einvoice.payable": [changed(PLAIN.but(oioubl=True), ">1250.00</cbc:Pay", ">1300.00</cbc:Pay")],
    "einvoice.proforma": [PLAIN.but(oioubl=True, type_code="325").write()],
    "einvoice.domestic_reverse_charge": [PLAIN.but(parts=(Part("1000", "AE", "0"),)).write()],
    "einvoice.foreign_vat": [
        PLAIN.but(seller=TYSK, buyer=NORDLYS, parts=(Part("1000", "S", "19"),)).write()
    ],
    "einvoice.number_gap": [PLAIN.write(), PLAIN.but(number="3").write()],
}
SETTINGS: dict[str, dict[str, Any]] = {
    "numbers-missing": {"numbers": ""},
    "as-unknown": {"as": "books"},
    "purchase-account-unknown": {"purchase_account": "1010"},
}


def write(folder: Path, files: list[bytes]) -> None:
    for name, content in zip("abc", files, strict=False):
        (folder / f"{name}.xml").write_bytes(content)


@pytest.mark.parametrize("case", FOUND)
def test_a_finding_says_exactly_what_and_what_to_do(tmp_path: Path, case: str) -> None:
    write(tmp_path, FOUND[case])
    found = pull("einvoice", tmp_path, **OPTIONS).findings
    own = [finding for finding in found if finding.rule == case]
    assert own[0].message == expected("einvoice", case)
    assert own[0].remedy == remedy(case)


@pytest.mark.parametrize("case", SETTINGS)
def test_a_wrong_setting_gives_its_exact_message(tmp_path: Path, case: str) -> None:
    write(tmp_path, [PLAIN.write()])
    with pytest.raises(SettingsError) as caught:
        pull("einvoice", tmp_path, **(OPTIONS | SETTINGS[case]))
    assert str(caught.value) == expected("einvoice", case)


RATES: dict[str, str | None] = {
    "rates-missing": None,
    "rates-heading": "dato;kurs\n",
    "rates-row": "date;currency;kroner\n2026-01-02;EUR;7,46\n",
}


@pytest.mark.parametrize("case", RATES)
def test_a_wrong_file_of_rates_gives_its_exact_message(tmp_path: Path, case: str) -> None:
    write(tmp_path, [PLAIN.write()])
    path, content = tmp_path / "kurser.csv", RATES[case]
    if content is not None:
        path.write_text(content)
    with pytest.raises(PermanentError) as caught:
        pull("einvoice", tmp_path, **OPTIONS, rates=path.name)
    assert str(caught.value) == expected("einvoice", case, path=path)


def test_a_cut_off_invoice_is_refused_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, [PLAIN.write()[:-40]])
    with pytest.raises(SourceError) as caught:
        pull("einvoice", tmp_path, **OPTIONS)
    line = re.search(r":(\d+): ", str(caught.value))
    detail = re.search(r"\(([^()]*)\)", str(caught.value))
    assert line is not None
    assert detail is not None
    told = {"path": tmp_path / "a.xml", "line": line[1], "detail": detail[1]}
    assert str(caught.value) == expected("einvoice", "truncated", **told)


def test_a_folder_without_a_single_invoice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [b"<AuditFile/>"])
    with pytest.raises(SourceError) as caught:
        pull("einvoice", tmp_path, **OPTIONS)
    assert str(caught.value) == expected("einvoice", "none", path=tmp_path / "a.xml")


def test_every_case_of_the_corpus_is_produced() -> None:
    cases = tomllib.loads((FOLDER / "einvoice.toml").read_text(encoding="utf-8"))["case"]
    assert {case["id"] for case in cases} == {*FOUND, *SETTINGS, *RATES, "truncated", "none"}


def remedy(case_id: str) -> str:
    cases = tomllib.loads((FOLDER / "einvoice.toml").read_text(encoding="utf-8"))["case"]
    return next(str(case["remedy"]) for case in cases if case["id"] == case_id)
