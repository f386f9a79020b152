"""Every message `indberet.toml` can give, produced and compared to the letter."""

from pathlib import Path

import pytest

from assets.sources import registry
from pipelines import settings
from tests.errors.corpus import expected
from warehouse.errors import SettingsError

COMPANY = '[[company]]\nid = "nordlys"\nname = "Nordlys ApS"\ncvr = "10150817"\n'
SYSTEM = "saft"
CHANNEL = """
[channel.skat]
kind = "skat"
live = true
urls = { draft = "https://a.dk/d", receipt = "http://a.dk/r", calendar = "http://127.0.0.1/c" }
certificate = { file = "us.p12" }
password = { env = "P12" }
trusted = { file = "skat.pem" }
"""


@pytest.fixture(autouse=True)
def _no_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDBERET_TODAY", raising=False)


def connection(text: str = "", *, name: str = "books", company: str = "nordlys") -> str:
    head = f'[[connection]]\nid = "{name}"\ncompany = "{company}"\nsystem = "{SYSTEM}"\n'
    required = [key for key, (needed, _) in registry.load(SYSTEM).options.items() if needed]
    given = "".join(f'{key} = "x"\n' for key in required if f"{key} =" not in text)
    return head + given + text


CASES = {
    "unknown-key": '[storage]\nmemory_limt = "1GB"\n',
    "intake-without-place": '[[intake]]\nid = "received"\n',
    "unknown-section": '[delivry]\nchannel = "sandbox"\n',
    "wrong-type": '[storage]\nthreads = "2"\n',
    "wrong-choice": COMPANY + 'policy = { vat_return = "always" }\n',
    "wrong-frequency": COMPANY + 'vat_frequency = "year"\n',
    "key-missing": COMPANY.replace('name = "Nordlys ApS"\n', ""),
    "company-without-cvr": COMPANY.replace('cvr = "10150817"\n', ""),
    "invalid-cvr": COMPANY.replace("10150817", "12345678"),
    "authority-port": '[authority]\nname = "Prøvemyndigheden"\ncvr = "10150817"\nport = 65535\n',
    "frequencies-overlap": COMPANY
    + "vat_frequency = [\n"
    + '  { frequency = "quarter", to = 2026-06-30 },\n'
    + '  { frequency = "month", from = 2026-06-30 },\n]\n',
    "company-twice": COMPANY + COMPANY,
    "unknown-channel": '[delivery]\nchannel = "skat"\n',
    "live-without-tls": CHANNEL,
    "password-in-url": '[storage]\noperations_url = "postgresql://me:hunter2@db/indberet"\n',
    "mapping-part": COMPANY
    + '[mapping.nordlys]\nvat_codes = { "U25" = { code = "S01", part = "half" } }\n',
}
ANNUAL = COMPANY + "[company.annual_report]\n"
CASES |= {
    "annual-class": ANNUAL + 'class = "A"\n',
    "annual-key": ANNUAL + 'class = "B"\nyearend = "06-30"\n',
    "annual-year-end": ANNUAL + 'class = "B"\nyear_end = "06-31"\n',
    "annual-gross-profit": ANNUAL + 'class = "C-large"\ngross_profit = true\n',
    "annual-company-twice": ANNUAL
    + 'class = "B"\n'
    + ANNUAL.replace('id = "nordlys"', 'id = "again"')
    + 'class = "B"\n',
    "annual-first-day": ANNUAL + 'class = "B"\nfirst_day = 2025-02-01\n',
}
ODD_YEARS = {
    "annual-odd-backwards": [("2024-07-01", "2024-06-30")],
    "annual-odd-long": [("2024-06-30", "2025-12-31")],
    "annual-odd-overlap": [("2024-01-01", "2024-12-31"), ("2024-12-31", "2025-12-31")],
    "annual-odd-gap": [("2024-01-01", "2024-06-30"), ("2024-10-01", "2024-12-31")],
    "annual-odd-end": [("2025-01-01", "2025-06-30")],
}
CASES |= {
    case: ANNUAL
    + 'class = "B"\nodd_years = ['
    + ", ".join(f"{{ from = {first}, to = {last} }}" for first, last in years)
    + "]\n"
    for case, years in ODD_YEARS.items()
}


def message(tmp_path: Path, text: str) -> tuple[str, Path]:
    path = tmp_path / "indberet.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as raised:
        settings.load(path)
    return str(raised.value), path


@pytest.mark.parametrize("case", CASES)
def test_wrong_settings_are_named(tmp_path: Path, case: str) -> None:
    found, path = message(tmp_path, CASES[case])
    assert found == expected("settings", case, path=path)


def test_plain_addresses_are_for_rehearsals_and_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    path.write_text(CHANNEL.replace("live = true", "live = false"))
    assert not settings.load(path).channels["skat"].is_live
    path.write_text(CHANNEL.replace("http://a.dk", "http://localhost:8080"))
    assert settings.load(path).channels["skat"].is_live


def test_missing_settings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    with pytest.raises(SettingsError) as raised:
        settings.load(path)
    assert str(raised.value) == expected("settings", "settings-missing", path=path)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    found, path = message(tmp_path, '[storage]\npath = "var\n')
    assert "line 2" in found
    detail = found.split("TOML: ")[1].split(". Correct")[0]
    assert found == expected("settings", "settings-not-toml", path=path, detail=detail)


def test_other_encodings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    path.write_bytes('[[company]]\nname = "Sø"'.encode("latin-1"))
    with pytest.raises(SettingsError) as raised:
        settings.load(path)
    assert str(raised.value) == expected("settings", "settings-not-utf8", path=path, byte=21)


def test_two_connections_claiming_one_company_are_refused(tmp_path: Path) -> None:
    text = COMPANY + connection(name="old-books") + connection(name="new-books")
    found, path = message(tmp_path, text)
    assert found == expected("settings", "two-connections", path=path)


def test_a_connection_to_an_unknown_company_is_refused(tmp_path: Path) -> None:
    found, path = message(tmp_path, COMPANY + connection(company="nordlyss"))
    assert found == expected("settings", "unknown-company", path=path)


def test_an_unknown_system_lists_the_known_ones(tmp_path: Path) -> None:
    text = COMPANY + connection().replace(f'"{SYSTEM}"', '"tryto"')
    found, path = message(tmp_path, text)
    ids = registry.ids()
    hint = 'Did you mean "tryton"? ' if "tryton" in ids else ""
    valid = ", ".join(ids)
    assert found == expected("settings", "unknown-system", path=path, hint=hint, valid=valid)


def test_an_unknown_option_lists_the_connectors_own(tmp_path: Path) -> None:
    found, path = message(tmp_path, COMPANY + connection('pth = "books.xml"\n'))
    options = registry.load(SYSTEM).options
    hint = 'Did you mean "path"? ' if "path" in options else ""
    valid = ", ".join(options)
    assert found == expected("settings", "unknown-option", path=path, hint=hint, valid=valid)


def test_a_missing_option_says_what_it_means(tmp_path: Path) -> None:
    options = registry.load(SYSTEM).options
    key = next(key for key, (required, _) in options.items() if required)
    text = COMPANY + connection().replace(f'{key} = "x"\n', "")
    found, path = message(tmp_path, text)
    meaning = options[key][1]
    assert found == expected("settings", "option-missing", path=path, key=key, meaning=meaning)


def option(name: str, value: object, base: Path) -> object:
    return settings._option(f'{base / "indberet.toml"}: [[connection]] "books"', base, name, value)


def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        option("password", "hunter2", tmp_path)
    path = tmp_path / "indberet.toml"
    assert str(raised.value) == expected("settings", "secret-in-settings", path=path)
    assert "hunter2" not in str(raised.value)


def test_a_secret_in_two_places_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        option("password", {"env": "A", "file": "b"}, tmp_path)
    path = tmp_path / "indberet.toml"
    wanted = expected("settings", "secret-two-places", path=path, key="password")
    assert str(raised.value) == wanted


def test_a_missing_secret_is_named_when_it_is_used(tmp_path: Path) -> None:
    variable = option("password", {"env": "INDBERET_TEST_MISSING"}, tmp_path)
    with pytest.raises(SettingsError) as raised:
        variable.resolve()
    wanted = expected("settings", "secret-variable-missing", key="password")
    assert str(raised.value) == wanted
    filed = option("password", {"file": "gone"}, tmp_path)
    with pytest.raises(SettingsError) as raised:
        filed.resolve()
    wanted = expected("settings", "secret-file-missing", key="password", file=tmp_path / "gone")
    assert str(raised.value) == wanted


def test_a_clients_file_without_ids_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("number,name\n1,Nordlys\n")
    found, _ = message(tmp_path, 'companies_file = "clients.csv"\n')
    wanted = expected("settings", "companies-file-columns", file=tmp_path / "clients.csv")
    assert found == wanted


def test_a_wrong_row_in_the_clients_file_is_named(tmp_path: Path) -> None:
    row = "id,name,cvr,vat_frequency\nnordlys,Nordlys,10150817,year\n"
    (tmp_path / "clients.csv").write_text(row)
    found, path = message(tmp_path, 'companies_file = "clients.csv"\n')
    file = tmp_path / "clients.csv"
    assert found == expected("settings", "companies-file-row", path=path, file=file)


def test_a_missing_clients_file_is_named(tmp_path: Path) -> None:
    found, _ = message(tmp_path, 'companies_file = "clients.csv"\n')
    file = tmp_path / "clients.csv"
    assert found == expected("settings", "companies-file-missing", file=file)


def test_a_wrong_fixed_day_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDBERET_TODAY", "tomorrow")
    found, _ = message(tmp_path, COMPANY)
    assert found == expected("settings", "wrong-day")
