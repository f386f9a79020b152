"""Filings of every kind made ready to send to a receiving service, and clients that send them.

Belongs here: requests a service takes, and their acknowledgements. Does not: what is asserted.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import requests

from assets.authority.service.annual_client import interface
from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox
from assets.deliveries import skat_messages
from assets.deliveries.certificates import Credentials, load_pem, load_pkcs12, pin, utc_now
from assets.deliveries.tls import ContextAdapter, client_context
from assets.deliveries.wsse import sign, verify
from assets.filings import eu_sales_list, vat_return
from tests.danish_report import Report, text
from warehouse.secret import Secret

START, END, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 5, 4)
VAT, LIST, ANNUAL = "vat_return", "eu_sales_list", "annual_report"
_SERVICES = {VAT: "ModtagMomsangivelseForeloebig", LIST: "ListeAngivelseFilOpret"}


@dataclass(frozen=True)
class Filing:
    """One report to send: its company, its transaction, its own bytes."""

    kind: str
    number: str
    transaction_id: str
    content: bytes


def registered(folder: SandboxFolder, companies: int) -> list[str]:
    """So many companies, registered for every kind of report."""
    numbers = [f"{20_000_000 + one}" for one in range(companies)]
    sandbox = RunningSandbox("", folder)
    sandbox.add(*[Company(one, "Nordlys ApS", (Frequency("quarter"),)) for one in numbers],
                approve="auto")  # fmt: skip
    sandbox.add_annual(
        *[AnnualCompany(one, "Nordlys ApS") for one in numbers], is_redoing_allowed=True
    )
    return numbers


def vat(number: str, transaction_id: str, amount: int) -> Filing:
    """A VAT return over `amount` kroner of output VAT."""
    amounts = dict.fromkeys(vat_return.FIELDS, 0)
    amounts |= {"MomsAngivelseSalgsMomsBeloeb": amount, vat_return.TOTAL: amount}
    content = vat_return.write(vat_return.VatReturn(number, START, END, amounts))
    return Filing(VAT, number, transaction_id, content)


def sales_list(number: str, transaction_id: str, amount: int) -> Filing:
    """An EU sales list of one buyer."""
    buyers = (eu_sales_list.Buyer("1", "DE", "123456788", amount, 0, 0),)
    content = eu_sales_list.write(eu_sales_list.SalesList(number, END, buyers))
    return Filing(LIST, number, transaction_id, content)


def annual(number: str, transaction_id: str) -> Filing:
    """An annual report of 2024 that breaks no rule."""
    named = text("gsd:IdentificationNumberCvrOfReportingEntity", number)
    page = Report().with_entity(identifier=number).but(named).page()
    return Filing(ANNUAL, number, transaction_id, page)


class Client:
    """One sender with its own connections. `url`: the service's open port."""

    def __init__(self, folder: SandboxFolder, url: str) -> None:
        self._url = url
        self._signer = folder.client()
        self._interface = interface(folder, url)
        self._trust = pin(*load_pem(folder.authority_certificate))
        self._session = requests.Session()
        self._session.trust_env = False
        trusted = load_pem(folder.path / "keys" / "tls-ca.pem")
        context = client_context(annual_credentials(folder.path), trusted)
        self._session.mount("https://", ContextAdapter(context))

    def send(self, one: Filing, timeout: float = 30) -> str | None:
        """What the service answers of lasting worth: the reference of a return, the receipt
        number of a list, that a report is received; None where it sends us away.
        """
        if one.kind == ANNUAL:
            return self._send_report(one, timeout)
        service = _SERVICES[one.kind]
        body = message(one, self._signer)
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        answer = self._session.post(
            f"{self._url}/{service}ServicePort", body, headers=headers, timeout=timeout
        )
        return self._told(answer, one)

    def close(self) -> None:
        """End its connections."""
        self._session.close()

    def status(self, one: Filing) -> dict[str, object]:
        """What became of an annual report."""
        address = f"{self._interface.base}/regnskaber/{one.transaction_id}"
        found: dict[str, object] = self._session.get(address, timeout=30).json()
        return found

    def _told(self, answer: requests.Response, one: Filing) -> str | None:
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            return None
        assert answer.status_code == 200, (one, answer.status_code, answer.text)
        reply = skat_messages.read(verify(answer.content, self._trust, utc_now()).payload)
        assert reply.errors == (), (one, reply)
        told = reply.receipt.reference if reply.receipt else reply.reference
        assert told, (one, reply)
        return told

    def _send_report(self, one: Filing, timeout: float) -> str | None:
        headers = {
            "Content-Type": "application/xhtml+xml",
            "transaktionsId": one.transaction_id,
            "cvrNummer": one.number,
        }
        address = f"{self._interface.base}/regnskaber"
        answer = self._session.post(address, one.content, headers=headers, timeout=timeout)
        if answer.status_code == 503:
            return None
        assert answer.status_code in {200, 202}, (one, answer.status_code, answer.text)
        return str(json.loads(answer.content)["transaktionsId"])


def message(one: Filing, signer: Credentials) -> bytes:
    """The signed SOAP message that files it, made now."""
    now = utc_now()
    if one.kind == VAT:
        payload = skat_messages.vat_draft(one.content, one.transaction_id, now)
    else:
        payload = skat_messages.sales_list(one.content, START, one.transaction_id, now)
    return sign(payload, signer, created=now)


def annual_credentials(folder: Path) -> Credentials:
    """The certificate to file annual reports with."""
    keys = folder / "keys"
    password = Secret((keys / "annual.password").read_text(encoding="ascii").strip())
    return load_pkcs12(keys / "annual.p12", password)
