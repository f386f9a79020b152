"""What a company may ask of the authority beside filing, over real TLS."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization

from assets.authority.service import annual_form, desk_codes, tls_keys
from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.deliveries.channel import FilingBytes, Outcome, RefusedError
from assets.filings import eu_sales_list, vat_return
from assets.filings.eu_sales_list import Buyer, SalesList
from assets.filings.vat_return import FIELDS, TOTAL, VatReturn
from tests.danish_report import Report, amount, text
from tests.sandbox_keys import with_keys
from warehouse.errors import PermanentError

TODAY = date(2026, 5, 4)
Q1 = date(2026, 1, 1), date(2026, 3, 31)
Q4 = date(2025, 10, 1), date(2025, 12, 31)
CVR = "30000005"
YEAR = date(2024, 1, 1), date(2024, 12, 31)
OUTPUT = "MomsAngivelseSalgsMomsBeloeb"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    folder = with_keys(tmp_path_factory.mktemp("sandbox"))
    with running_sandbox(folder, today=lambda: TODAY) as running:
        company = Company(CVR, "Nordlys ApS", (Frequency("quarter"),), legal_form="ApS")
        running.add(company, approve="auto")
        running.add_annual(AnnualCompany(CVR, "Nordlys ApS"))
        yield running


@dataclass(frozen=True)
class Asker:
    """Somebody with a certificate."""

    sandbox: RunningSandbox
    certificate: tuple[str, str]

    def ask(self, method: str, path: str, data: Any = None, **params: str) -> requests.Response:
        return requests.request(
            method, f"{self.sandbox.rest_url}/api/{path}", data=data, params=params,
            cert=self.certificate, timeout=60,
            verify=str(self.sandbox.folder.path / "keys" / "tls-ca.pem"),
        )  # fmt: skip

    def get(self, path: str, **params: str) -> Any:
        return self.ask("GET", f"virksomheder/{CVR}/{path}", **params).json()


@cache
def asker(sandbox: RunningSandbox, organisation: str, *, is_known: bool = True) -> Asker:
    """Somebody of that organisation."""
    folder = sandbox.folder.path
    made = tls_keys.issue_sender(folder, organisation, organisation)
    if is_known:
        tls_keys.accept_sender(folder, organisation, made.certificate)
    paths = folder / f"{organisation}.pem", folder / f"{organisation}.key"
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(made.certificate.public_bytes(pem))
    paths[1].write_bytes(
        made.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Asker(sandbox, (str(paths[0]), str(paths[1])))


@pytest.fixture(scope="module")
def own(sandbox: RunningSandbox) -> Asker:
    return asker(sandbox, f"NTRDK-{CVR}")


@pytest.fixture(scope="module")
def accountant(sandbox: RunningSandbox) -> Asker:
    return asker(sandbox, "NTRDK-40000001")


def filing(kind: str, period: tuple[date, date], content: bytes) -> FilingBytes:
    media = annual_form.XHTML if kind == "annual_report" else "application/xml"
    return FilingBytes("f", "demo", CVR, kind, *period, content, media)


def a_return(period: tuple[date, date] = Q1, number: str = CVR, **figures: int) -> bytes:
    amounts = dict.fromkeys(FIELDS, 0) | {OUTPUT: 1000, TOTAL: 1000} | figures
    return vat_return.write(VatReturn(number, *period, amounts))


def a_list(*buyers: tuple[str, str, int], period: tuple[date, date] = Q1) -> bytes:
    rows = (
        Buyer(str(n), country, number, goods, 0, 7)
        if goods
        else Buyer(str(n), country, number, 0, 0, 0)
        for n, (country, number, goods) in enumerate(buyers, start=1)
    )
    return eu_sales_list.write(SalesList(CVR, period[1], tuple(rows)))


def a_report() -> Report:
    named = text("gsd:IdentificationNumberCvrOfReportingEntity", CVR)
    return Report().with_entity(identifier=CVR).but(named)


GERMAN, POLISH = ("DE", "136695976", 100), ("PL", "8567346215", 50)
TRIED = {
    "a return": ("vat_return", Q1, a_return(), ""),
    "its total": ("vat_return", Q1, a_return(**{TOTAL: 999}), "507"),
    "no period": ("vat_return", Q1, a_return((Q1[0], date(2026, 2, 28))), "4802"),
    "not ended": ("vat_return", Q1, a_return((date(2026, 4, 1), date(2026, 6, 30))), "4803"),
    "too old": ("vat_return", Q1, a_return((date(2021, 1, 1), date(2021, 3, 31))), "4804"),
    "nobody's": ("vat_return", Q1, a_return(number="30000099"), "4801"),
    "a list": ("eu_sales_list", Q1, a_list(GERMAN, POLISH), ""),
    "half a year": ("eu_sales_list", (date(2025, 10, 1), Q1[1]), a_list(GERMAN), "4802"),
    "no number": ("eu_sales_list", Q1, a_list(("DE", "136695970", 100)), "9001"),
    "twice": ("eu_sales_list", Q1, a_list(GERMAN, GERMAN), "9002"),
    "nothing sold": ("eu_sales_list", Q1, a_list(("DE", "136695976", 0)), "9003"),
    "a report": ("annual_report", YEAR, a_report().page(), ""),
    "a rule": (
        "annual_report", YEAR, a_report().but(amount("fsa:Assets", 99999, "end")).page(), "DBA.FR",
    ),
    "another's": ("annual_report", YEAR, Report().page(), "75"),
    "no facts": ("annual_report", YEAR, b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "80"),
    "no page": ("annual_report", YEAR, b"\x00", "80"),
}  # fmt: skip
"""Kind, period, content, and the code or rule against it."""


@pytest.mark.parametrize("name", TRIED)
def test_a_dry_run_says_what_filing_answers(sandbox: RunningSandbox, name: str) -> None:
    kind, period, content, code = TRIED[name]
    soap = asker(sandbox, "NTRDK-00000002" if kind != "annual_report" else "NTRDK-00000003")
    about = {"fra": str(period[0])} if kind == "eu_sales_list" else {"cvr": CVR}
    told = soap.ask("POST", f"proeve/{kind}", content, **about).json()
    errors = [one for one in told["fund"] if one["alvor"] == "error"]
    assert told["kanIndberettes"] is (code == "") is (not errors)
    if code:
        assert errors[0]["regel"].startswith(code), told
        assert errors[0]["sti"]
        assert errors[0]["tekst"]
        assert errors[0]["text"]
    # Filed afterwards, for good: the same verdict.
    channel = sandbox.annual_channel() if kind == "annual_report" else sandbox.channel()
    transaction = f"{CVR}-{name.replace(' ', '-')}".replace("'", "")
    try:
        answer = channel.submit(filing(kind, period, content), transaction)
    except (RefusedError, PermanentError):
        is_taken = False
    else:
        is_taken = answer.outcome is not Outcome.REJECTED
    assert is_taken is told["kanIndberettes"]


def test_nothing_of_a_dry_run_is_filed_and_the_call_is_kept(
    sandbox: RunningSandbox, own: Asker
) -> None:
    period = date(2025, 7, 1), date(2025, 9, 30)
    told = own.ask("POST", "proeve/vat_return", a_return(period)).json()
    assert told["kanIndberettes"] is True
    assert [one["regel"] for one in told["fund"]] == ["late"]
    assert period[0] not in {one.period_start for one in sandbox.store.drafts(CVR)}
    service, request, answered = sandbox.store.messages()[-1]
    assert service == "desk_check"
    assert request.startswith(b"POST /api/proeve/vat_return\r\nsha256 ")
    assert answered is not None
    assert json.loads(answered) == told


def test_where_a_return_is_wrong_is_told_by_xpath_and_line(own: Asker) -> None:
    broken = a_return().replace(b">1000<", b">x<", 1)
    (found,) = own.ask("POST", "proeve/vat_return", broken).json()["fund"]
    field = "MomsAngivelseAfgiftTilsvarBeloeb"
    assert found["sti"] == f"/ws:Angivelse/ws:Angivelsesafgifter/n:{field}:11"
    assert (found["regel"], found["alvor"]) == ("schema", "error")
    assert "'x' is not a valid value" in found["text"]


def test_a_mandate_opens_and_its_withdrawal_closes(
    sandbox: RunningSandbox, own: Asker, accountant: Asker
) -> None:
    sandbox.channel().submit(filing("vat_return", Q4, a_return(Q4)), "t-q4")
    refused = accountant.ask("GET", f"virksomheder/{CVR}/indberetninger")
    assert (refused.status_code, refused.json()["kode"]) == (403, "no-mandate")
    given = json.dumps({"til": "NTRDK-40000001", "ret": "read", "art": "vat_return"})
    mandates = f"virksomheder/{CVR}/fuldmagter"
    assert accountant.ask("POST", mandates, given).json()["kode"] == "own-only"
    made = own.ask("POST", mandates, given).json()["fuldmagt"]
    assert (made["til"], made["ret"], made["art"]) == ("NTRDK-40000001", "read", "vat_return")

    seen = accountant.get("indberetninger", antal="1")
    assert {one["art"] for one in seen["indberetninger"]} == {"vat_return"}
    q4 = next(one for one in accountant.get("indberetninger")["indberetninger"]
              if one["fra"] == "2025-10-01")  # fmt: skip
    assert (q4["status"], q4["tekst"], q4["afsender"]) == ("accepted", "godkendt", "NTRDK-00000002")
    one = f"virksomheder/{CVR}/indberetninger/{q4['noegle']}"
    assert accountant.ask("GET", f"{one}/indhold").content == a_return(Q4)
    receipt = accountant.ask("GET", f"{one}/kvittering")
    assert receipt.headers["content-type"] == "application/pdf"
    assert receipt.content.startswith(b"%PDF-")
    told = accountant.ask("GET", one).json()
    assert (told["indberetning"], "opslag" in told) == (q4, False)
    assert [one["hvem"] for one in own.ask("GET", one).json()["opslag"]] == ["NTRDK-40000001"] * 2

    assert own.ask("DELETE", mandates, given).json()["kode"] == "ok"
    assert own.ask("DELETE", mandates, given).json()["kode"] == "no-such-mandate"
    assert accountant.ask("GET", f"{one}/indhold").status_code == 403
    held = [one for one in own.get("fuldmagter")["fuldmagter"] if one["til"] == "NTRDK-40000001"]
    assert [bool(one["tilbagekaldt"]) for one in held] == [True]

    log = own.get("opslag")["opslag"]
    theirs = [(one["hvad"], one["emne"]) for one in log if one["hvem"] == "NTRDK-40000001"]
    assert theirs[::-1] == [
        ("status", ""), ("status", ""), ("filing", q4["noegle"]), ("filing", q4["noegle"]),
        ("status", q4["noegle"]),
    ]  # fmt: skip
    assert {one["formaal"] for one in log if one["hvem"] == "NTRDK-40000001"} == {"mandate"}
    assert accountant.ask("GET", f"virksomheder/{CVR}/opslag").json()["kode"] == "own-only"


def test_reporting_needs_a_mandate_for_that_kind_of_report(
    sandbox: RunningSandbox, own: Asker
) -> None:
    mandates = f"virksomheder/{CVR}/fuldmagter"
    right = json.dumps({"til": "NTRDK-00000002", "ret": "report", "art": "eu_sales_list"})
    listed = filing("eu_sales_list", Q4, a_list(GERMAN, period=Q4))
    own.ask("DELETE", mandates, right)
    assert sandbox.channel().submit(listed, "t-list").code == "4801"
    own.ask("POST", mandates, right)
    assert sandbox.channel().submit(listed, "t-list-2").outcome is Outcome.ACCEPTED


def test_what_is_known_is_told_with_its_source(sandbox: RunningSandbox, own: Asker) -> None:
    channel = sandbox.channel()
    before = date(2025, 4, 1), date(2025, 6, 30)
    now = date(2025, 7, 1), date(2025, 9, 30)
    channel.submit(filing("vat_return", before, a_return(before)), "t-before")
    channel.submit(filing("eu_sales_list", now, a_list(GERMAN, POLISH, period=now)), "t-now")
    (listed,) = [one for one in sandbox.store.lists(CVR) if one.period_end == now[1]]
    (draft,) = [one for one in sandbox.store.drafts(CVR) if one.period_end == before[1]]
    asked = {"fra": str(now[0]), "til": str(now[1])}
    told = own.get("forudfyldning", art="vat_return", **asked)
    known = {one["navn"]: (one["vaerdi"], one["kilde"]) for one in told["oplysninger"]}
    assert known["navn"] == ("Nordlys ApS", "register")
    assert known["hyppighed"] == ("quarter", "register")
    assert known["frist"] == ("2025-12-01", "momsloven § 57")
    assert known[f"forrige.{OUTPUT}"] == ("1000", draft.reference)
    goods, services = "MomsAngivelseEUSalgBeloebVarerBeloeb", "MomsAngivelseEUSalgYdelseBeloeb"
    assert known[goods] == ("150", listed.receipt_number)
    assert known[services] == ("14", listed.receipt_number)
    buyers = own.get("forudfyldning", art="eu_sales_list", fra="2026-01-01", til="2026-03-31")
    assert "DE136695976" in {one["vaerdi"] for one in buyers["oplysninger"]}


def test_last_years_report_is_what_next_years_begins_with(
    sandbox: RunningSandbox, own: Asker
) -> None:
    sent = filing("annual_report", YEAR, a_report().page())
    sandbox.add_annual(is_redoing_allowed=True)
    sandbox.annual_channel().submit(sent, f"{CVR}-last-year")
    told = own.get("forudfyldning", art="annual_report", fra="2025-01-01", til="2025-12-31")
    published = {one.case_number for one in sandbox.reports.published(CVR)}
    known = {one["navn"]: one for one in told["oplysninger"]}
    assert known["frist"]["vaerdi"] == "2026-06-30"
    assert known["fsa:ProfitLoss"]["vaerdi"] == "5000"
    assert known["fsa:ProfitLoss"]["kilde"] in published
    assert known["fsa:ProfitLoss"]["periode"] == "2024-01-01/2024-12-31"
    assert known["gsd:NameOfReportingEntity"]["vaerdi"] == "Nordlys ApS"
    statuses = own.get("indberetninger", art="annual_report")["indberetninger"]
    assert (
        {"accepted"} <= {one["status"] for one in statuses} <= {"accepted", "replaced", "rejected"}
    )
    key = next(one["noegle"] for one in statuses if one["status"] == "accepted")
    path = f"virksomheder/{CVR}/indberetninger/{key}/indhold"
    page = own.ask("GET", path)
    assert (page.content, page.headers["content-type"]) == (sent.content, annual_form.XHTML)


def test_what_is_asked_wrongly_is_answered_with_a_code_and_both_languages(
    sandbox: RunningSandbox, own: Asker
) -> None:
    stranger = asker(sandbox, "NTRDK-49999999", is_known=False)
    asked = {
        "stranger": stranger.ask("GET", f"virksomheder/{CVR}/indberetninger"),
        "unregistered": own.ask("GET", "virksomheder/39999999/indberetninger"),
        "absent": own.ask("GET", f"virksomheder/{CVR}/indberetninger/none"),
        "malformed": own.ask("GET", f"virksomheder/{CVR}/forudfyldning", art="moms"),
        "a page": own.ask("GET", f"virksomheder/{CVR}/opslag", side="0"),
    }
    assert asked["a page"].json()["forklaring"] == "side skal være et tal fra 1 til 1000000"
    known = {code.id: code for code in desk_codes.ALL}
    for kode in ("stranger", "unregistered", "absent", "malformed"):
        told, code = asked[kode].json(), known[kode]
        assert (told["kode"], asked[kode].status_code) == (kode, code.http)
        assert (told["tekst"], told["text"]) == (code.danish, code.english)
    last = sandbox.store.messages()[-1]
    assert last[0] == "desk_reads"
