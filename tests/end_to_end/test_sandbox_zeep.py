"""An independent SOAP client, with the official WSDL, can use the sandbox authority.

zeep writes the messages and reads the answers, signxml signs and verifies:
nothing of ours speaks to the sandbox here.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import zeep
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from lxml import etree
from signxml import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConfiguration,
    SignatureConstructionMethod,
    SignatureMethod,
    XMLSigner,
    XMLVerifier,
)

from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox, running_sandbox
from tests.certificates import make_credentials

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = f"{OASIS}wssecurity-secext-1.0.xsd", f"{OASIS}wssecurity-utility-1.0.xsd"
X509V3 = f"{OASIS}x509-token-profile-1.0#X509v3"
DS = "http://www.w3.org/2000/09/xmldsig#"
BINDING = "{urn:oio:skat:nemvirksomhed:ws:1.0.0}"
PARTS = {"TS", "Body", "Token"}


class Sha1Signer(XMLSigner):
    def check_deprecated_methods(self):
        """The agency's policy asks for SHA-1."""


class Wsse:
    """WS-Security for zeep by signxml."""

    def __init__(self, folder: Path) -> None:
        password = (folder / "keys/client.password").read_bytes()
        container = (folder / "keys/client.p12").read_bytes()
        self.key, self.certificate, _ = pkcs12.load_key_and_certificates(container, password)
        pem = (folder / "keys/authority.pem").read_bytes()
        self.authority = x509.load_pem_x509_certificate(pem)

    def apply(self, envelope, headers):
        now = datetime.now(UTC)
        header = envelope.find(f"{{{SOAP}}}Header")
        if header is None:
            header = etree.Element(f"{{{SOAP}}}Header")
            envelope.insert(0, header)
        envelope.find(f"{{{SOAP}}}Body").set(f"{{{WSU}}}Id", "Body")
        security = etree.SubElement(header, f"{{{WSSE}}}Security")
        token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
        token.set(f"{{{WSU}}}Id", "Token")
        token.set("ValueType", X509V3)
        token.text = base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()
        stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
        stamp.set(f"{{{WSU}}}Id", "TS")
        for name, moment in (("Created", now), ("Expires", now + timedelta(minutes=5))):
            text = moment.isoformat(timespec="milliseconds")
            etree.SubElement(stamp, f"{{{WSU}}}{name}").text = text
        key_info = etree.Element(f"{{{DS}}}KeyInfo")
        reference = etree.SubElement(key_info, f"{{{WSSE}}}SecurityTokenReference")
        etree.SubElement(reference, f"{{{WSSE}}}Reference", URI="#Token", ValueType=X509V3)
        signer = Sha1Signer(
            method=SignatureConstructionMethod.detached,
            signature_algorithm=SignatureMethod.RSA_SHA1,
            digest_algorithm=DigestAlgorithm.SHA1,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        security.append(
            signer.sign(
                envelope, key=self.key, reference_uri=sorted(PARTS), key_info=key_info,
                id_attribute="Id",
            )
        )  # fmt: skip
        return envelope, headers

    def verify(self, envelope):
        if envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault") is not None:
            return envelope  # faults are not signed
        config = SignatureConfiguration(
            location=f"./{{{SOAP}}}Header/{{{WSSE}}}Security/",
            expect_references=3,
            signature_methods=frozenset({SignatureMethod.RSA_SHA1}),
            digest_algorithms=frozenset({DigestAlgorithm.SHA1}),
        )
        results = XMLVerifier().verify(
            envelope, x509_cert=self.authority, expect_config=config, id_attribute="Id"
        )
        signed = {etree.QName(one.signed_xml).localname for one in results}
        assert signed == {"Timestamp", "Body", "BinarySecurityToken"}
        return envelope


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(folder, today=lambda: date(2026, 5, 4)) as running:
        company = Company("12345674", "Demo ApS", (Frequency("quarter"),))
        running.add(company, approve="auto")
        yield running


@pytest.fixture
def call(shared_data, sandbox):
    def service(name: str, **message):
        folder = shared_data / "skat/momsangivelse-original" / name
        client = zeep.Client(str(folder / f"{name}.wsdl"), wsse=Wsse(sandbox.folder.path))
        address = f"{sandbox.url}/{name}ServicePort"
        proxy = client.create_service(f"{BINDING}{name}ServiceBinding", address)
        about = {"TransaktionIdentifikator": f"zeep-{name}", "TransaktionTid": datetime.now(UTC)}
        return getattr(proxy, f"get{name}")(HovedOplysninger=about, **message)

    return service


def draft(call):
    return call(
        "ModtagMomsangivelseForeloebig",
        Angivelse={
            "AngiverVirksomhedSENummer": {"VirksomhedSENummerIdentifikator": "12345674"},
            "Angivelsesoplysninger": {
                "AngivelsePeriodeFraDato": date(2026, 1, 1),
                "AngivelsePeriodeTilDato": date(2026, 3, 31),
            },
            "Angivelsesafgifter": {
                "MomsAngivelseAfgiftTilsvarBeloeb": 1500,
                "MomsAngivelseKoebsMomsBeloeb": 500,
                "MomsAngivelseSalgsMomsBeloeb": 2000,
            },
        },
    )


def test_an_independent_client_files_a_return_and_gets_its_receipt(call):
    answer = draft(call)
    (notice,) = answer.HovedOplysningerSvar.SvarStruktur._value_1
    assert notice["AdvisStruktur"].AdvisIdentifikator == 5001
    assert answer.Dybtlink.UrlIndicator.endswith(answer.TransaktionIdentifier)
    receipt = call(
        "MomsangivelseKvitteringHent",
        TransaktionIdentifier=answer.TransaktionIdentifier,
        Angiver={"VirksomhedSENummerIdentifikator": "12345674"},
    )
    assert receipt.PDFkvittering.DokumentFilIndholdData.startswith(b"%PDF-")
    assert receipt.Betalingsoplysninger.BetalingIkkeBetaltBeloeb == 1500
    assert receipt.Betalingsoplysninger.AngivelseFristKalenderBetalingDato == date(2026, 6, 1)


def test_an_independent_client_reads_the_calendar(call):
    answer = call(
        "VirksomhedKalenderHent",
        VirksomhedSENummerIdentifikator="12345674",
        AngivelseTypeNavn="Moms",
        AngivelseBetalingFristHentFra={
            "SoegeDatoFraDate": date(2026, 1, 1),
            "SoegeDatoTilDate": date(2026, 12, 31),
        },
    )
    (frequency,) = answer.AngivelseFrekvensListe.AngivelseFrekvens
    assert frequency.AngivelseFrekvensTypeCode == 8
    dates = frequency.AngivelseBetalingFristDatoListe.AngivelseBetalingFristDato
    assert [one.AngivelseFristKalenderFristDato for one in dates] == [
        date(2026, 3, 2), date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1),
    ]  # fmt: skip


def test_an_independent_client_meets_the_published_error(call):
    answer = call(
        "VirksomhedKalenderHent",
        VirksomhedSENummerIdentifikator="87654321",
        AngivelseTypeNavn="Moms",
        AngivelseBetalingFristHentFra={
            "SoegeDatoFraDate": date(2026, 1, 1),
            "SoegeDatoTilDate": date(2026, 12, 31),
        },
    )
    (error,) = answer.HovedOplysningerSvar.SvarStruktur._value_1
    assert error["FejlStruktur"].FejlIdentifikator == 4801


def test_an_independent_client_with_an_unknown_certificate_meets_a_fault(call, monkeypatch):
    known = Wsse.__init__

    def initialise(self, folder):
        known(self, folder)
        stranger = make_credentials("stranger")
        self.key, self.certificate = stranger.key, stranger.certificate

    monkeypatch.setattr(Wsse, "__init__", initialise)
    with pytest.raises(zeep.exceptions.Fault, match="FailedAuthentication"):
        draft(call)
