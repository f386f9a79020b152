"""SIE files of real systems: everything in them arrives, what is no SIE file is refused by name."""

from datetime import date
from pathlib import Path

from assets.sources.connector import Complete
from tests.unit.sources.pulling import pull
from warehouse.errors import SourceError

REAL = {  # vouchers, postings, of the real type 4 files
    "BL0001_typ4I.SI": (1, 10),
    "FAKT.SI": (1, 3),
    "Lon.si": (1, 8),
    "SIE4_Exempelfil_med_underdim.SE": (295, 1330),
    "Sie4.si": (165, 869),
    "magenta_bokforing_SIE4I.se": (19, 84),
    "testWrite.se": (65, 248),
    "transaktioner_ovnbolag.se": (163, 671),
    "typ4.se": (81, 287),
    "urval_ovnbolag.si": (16, 51),
}


def test_every_real_file_is_read_or_refused_by_name(shared_data: Path) -> None:
    refused = set()
    read_ = 0
    for path in sorted((shared_data / "sie").iterdir()):
        try:
            pulled = pull("sie4", path.parent, path=path.name)
        except SourceError as error:
            refused.add(path.name if str(path) in str(error) else f"{path.name} unnamed")
            continue
        read_ += 1
        counts = len(pulled["voucher"]), len(pulled["posting"])
        assert counts == REAL.get(path.name, (0, 0)), path.name
        assert ("sie.no_vouchers" in pulled.rules()) == (path.name not in REAL), path.name
        assert "sie.checksum" not in pulled.rules()
        assert "sie.unknown_label" not in pulled.rules()
        assert all(row["declared"] == row["found"] for row in pulled["control_total"]), path.name
        # Fortnox's: its balances cover vouchers until 1970, as its #OMFATTN says
        assert ("sie.coverage" in pulled.rules()) == (path.name == "Sie4.si"), path.name
    # web pages saved as .se, and the SIE 5 files
    assert refused == {
        "BokSald.SE", "HAS2_1412.se", "HAS4E_1412.Se", "PerSald.SE",
        "Sample.sie", "SampleEntry.sie", "sie5.xsd",
    }  # fmt: skip
    assert read_ == 32


def test_the_sie_5_sample_agrees_with_its_own_balances(shared_data: Path) -> None:
    pulled = pull("sie5", shared_data / "sie", path="Sample.sie")
    assert len(pulled["voucher"]) == 91
    assert len(pulled["posting"]) == 455 - 102 - 10  # end tags counted by grep, and struck lines
    assert pulled.rules() == {"sie.struck_line"}
    assert len(pulled["control_total"]) == 65
    assert all(row["declared"] == row["found"] for row in pulled["control_total"])
    assert {row["state"] for row in pulled["fiscal_period"]} == {"open", "closed"}
    assert {row["party_id"] for row in pulled["party"]} >= {"customer/1000", "supplier/1111-2356"}
    assert any(row["party_id"] == "customer/1004" for row in pulled["posting"])
    assert any(row["dimensions"] == '{"1": "BN"}' for row in pulled["posting"])
    assert pulled.complete == [Complete("voucher", date(2014, 1, 1), date(2014, 12, 31))]
