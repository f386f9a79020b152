"""Every message of what is added to SIE connections, produced and compared to the letter."""

from pathlib import Path
from typing import Any

import pytest

from tests.errors.corpus import expected
from tests.saft_writer import Book, sale
from tests.unit.sources.pulling import pull
from warehouse.errors import SettingsError, SourceError

SIE = "#FLAGGA 0\n#SIETYP 4\n"
OPTIONS: dict[str, tuple[dict[str, Any], bytes]] = {
    "vat-accounts-type": ({"vat_accounts": 25}, b""),
    "vat-accounts-code": ({"vat_accounts": {"3001": 25}}, b""),
    "vat-accounts-range": ({"vat_accounts": {"3000-399": "U25"}}, b""),
    "parties-missing": ({"parties": "nobody.csv"}, b""),
    "parties-encoding": ({"parties": "parties.csv"}, b"party_id;name\n\xe6;x\n"),
    "parties-heading": ({"parties": "parties.csv"}, b"nummer;navn\n1;x\n"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_a_wrong_option_gives_its_exact_message(tmp_path: Path, case: str) -> None:
    options, content = OPTIONS[case]
    (tmp_path / "books.se").write_text(SIE)
    (tmp_path / "parties.csv").write_bytes(content)
    with pytest.raises(SettingsError) as error:
        pull("fortnox", tmp_path, path="books.se", **options)
    name = str(options.get("parties", ""))
    assert str(error.value) == expected("nordic", case, path=tmp_path / name)


def test_the_saft_of_another_country(tmp_path: Path) -> None:
    path = tmp_path / "books.xml"
    path.write_bytes(Book([sale("1", "2026-01-01", "100")]).write())
    with pytest.raises(SourceError) as error:
        pull("tripletex", tmp_path, path=path.name)
    assert str(error.value) == expected("nordic", "tripletex-country", path=path)
