import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier

from assets.deliveries import wsse
from assets.deliveries.certificates import Credentials, Trust, pin
from assets.deliveries.skat_schemas import UnreadableError, parse
from assets.deliveries.wsse import DS, SHA1, SHA256, SOAP, WSSE, WSU, sign, verify
from tests.certificates import make_credentials

NOW = datetime(2026, 4, 10, 8, 0, 0, 123000, tzinfo=UTC)
SAMPLES = [
    "full-sample-request.xml",
    "full-sample-response.xml",
    "VirksomhedKalenderHent_I_Document_Complete_With_SOAPENV.xml",
    "VirksomhedKalenderHent_O_real.xml",
]


@pytest.fixture(scope="module")
def us() -> Credentials:
    return make_credentials("us")


def payload(text: str = "1500") -> etree._Element:
    root = etree.Element("{urn:x}Angivelse", nsmap={"x": "urn:x"})
    etree.SubElement(root, "{urn:x}Beloeb").text = text
    return root


def signed(us: Credentials, **options) -> bytes:
    return sign(payload(), us, created=NOW, **options)


def refusal(data: bytes, trust: Trust, now: datetime = NOW) -> str:
    with pytest.raises(wsse.SignatureRefusedError) as caught:
        verify(data, trust, now)
    return str(caught.value)


@pytest.mark.parametrize("algorithms", [SHA1, SHA256])
def test_what_we_sign_we_can_read_again(us, algorithms):
    verified = verify(signed(us, algorithms=algorithms), pin(us.certificate), NOW)
    assert verified.payload.findtext("{urn:x}Beloeb") == "1500"
    assert verified.created == NOW


@pytest.mark.parametrize(
    ("algorithms", "method", "digest"),
    [
        (SHA1, SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
        (SHA256, SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
    ],
)
def test_an_independent_library_finds_our_signature_good(us, algorithms, method, digest):
    config = SignatureConfiguration(
        location=f"./{{{SOAP}}}Header/{{{WSSE}}}Security/",
        expect_references=3,
        signature_methods=frozenset({method}),
        digest_algorithms=frozenset({digest}),
    )
    results = XMLVerifier().verify(
        signed(us, algorithms=algorithms),
        x509_cert=us.certificate,
        expect_config=replace(config, verification_time=NOW),
        id_attribute="Id",
    )
    tags = [etree.QName(one.signed_xml).localname for one in results]
    assert tags == ["Timestamp", "Body", "BinarySecurityToken"]


def test_the_same_return_signed_at_the_same_moment_is_the_same_bytes(us):
    assert signed(us) == signed(us)


def unindented(data: bytes) -> bytes:
    """The published examples were indented for reading; their bytes before that."""
    root = parse(data)
    for element in root.iter():
        element.text = (element.text or "").strip() or None
        element.tail = (element.tail or "").strip() or None
    return etree.tostring(root)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_authoritys_own_signed_examples_verify(shared_data, name):
    data = unindented((shared_data / "skat/momsangivelse-examples" / name).read_bytes())
    root = parse(data)
    token = base64.b64decode(root.find(f".//{{{WSSE}}}BinarySecurityToken").text)
    created = datetime.fromisoformat(root.findtext(f".//{{{WSU}}}Created"))
    certificate = x509.load_der_x509_certificate(token)
    verified = verify(data, pin(certificate), created + timedelta(seconds=5))
    assert etree.QName(verified.payload).localname.startswith("VirksomhedKalenderHent_")


def test_the_authoritys_example_changed_by_one_digit_is_refused(shared_data):
    path = shared_data / "skat/momsangivelse-examples/VirksomhedKalenderHent_O_real.xml"
    data = unindented(path.read_bytes()).replace(b"2021-06-01", b"2021-06-02")
    token = base64.b64decode(parse(data).find(f".//{{{WSSE}}}BinarySecurityToken").text)
    trust = pin(x509.load_der_x509_certificate(token))
    moment = datetime(2024, 9, 18, 11, 33, 50, tzinfo=UTC)
    assert refusal(data, trust, moment) == "the Body was changed after it was signed"


def test_a_changed_amount_is_refused(us):
    data = signed(us).replace(b"1500", b"1600")
    assert refusal(data, pin(us.certificate)) == "the Body was changed after it was signed"


def test_a_changed_timestamp_is_refused(us):
    data = signed(us).replace(
        b"<wsu:Created>2026-04-10T08:00:00", b"<wsu:Created>2026-04-10T08:00:01"
    )
    assert refusal(data, pin(us.certificate)) == "the Timestamp was changed after it was signed"


def test_a_changed_list_of_references_is_refused(us):
    data = signed(us).replace(b"#Body", b"#TS", 1)
    assert refusal(data, pin(us.certificate)) == "the signature is not the certificate owner's"


def test_a_strangers_certificate_is_refused(us):
    stranger = make_credentials("stranger")
    text = refusal(signed(stranger), pin(us.certificate))
    assert text == "the certificate of CN=stranger is not one that is trusted"


def test_an_issuer_is_trusted_only_for_the_named_organisation():
    issuer = make_credentials("issuer", is_ca=True)
    theirs = make_credentials("authority", issuer=issuer, organisation="NTRDK-19552101")
    other = make_credentials("other", issuer=issuer, organisation="NTRDK-11111111")
    forged = make_credentials("forged", organisation="NTRDK-19552101")
    trust = Trust(issuers=(issuer.certificate,), organisation="NTRDK-19552101")
    assert verify(signed(theirs), trust, NOW).certificate == theirs.certificate
    assert "belongs to NTRDK-11111111, not to NTRDK-19552101" in refusal(signed(other), trust)
    assert "is not one that is trusted" in refusal(signed(forged), trust)


def test_a_certificate_that_has_ended_is_refused(us):
    later = us.expires_at + timedelta(seconds=30)
    data = sign(payload(), us, created=later)
    assert "valid from" in refusal(data, pin(us.certificate), later)


def test_an_old_message_is_refused(us):
    text = refusal(signed(us), pin(us.certificate), NOW + timedelta(seconds=61))
    assert text == (
        "it was made 2026-04-10T08:00:00.123Z and read 2026-04-10T08:01:01.123Z; more than "
        "60 seconds lie between. Check this machine's clock"
    )


def test_a_message_from_the_future_is_refused(us):
    assert "60 seconds lie between" in refusal(
        signed(us), pin(us.certificate), NOW - timedelta(seconds=61)
    )


def test_an_expired_message_is_refused(us):
    data = signed(us, lifetime=timedelta(seconds=10))
    text = refusal(data, pin(us.certificate), NOW + timedelta(seconds=20))
    assert text == "it expired 2026-04-10T08:00:10.123Z, before 2026-04-10T08:00:20.123Z"


def moved(data: bytes, *, keep_id: bool) -> bytes:
    """Signature wrapping: the signed Body is hidden, another takes its place."""
    root = etree.fromstring(data)
    header, body = root[0], root[1]
    hidden = etree.SubElement(header, "{urn:x}Hidden")
    root.remove(body)
    hidden.append(body)
    evil = etree.SubElement(root, f"{{{SOAP}}}Body")
    if keep_id:
        evil.set(f"{{{WSU}}}Id", "Body")
    evil.append(payload("999999"))
    return etree.tostring(root)


def test_a_signed_body_hidden_behind_another_body_is_refused(us):
    trust = pin(us.certificate)
    text = refusal(moved(signed(us), keep_id=False), trust)
    assert text == "the signature does not cover the message's own Body"
    text = refusal(moved(signed(us), keep_id=True), trust)
    assert text == "the id Body names two elements"


def test_two_bodies_are_refused(us):
    root = etree.fromstring(signed(us))
    etree.SubElement(root, f"{{{SOAP}}}Body").append(payload("999999"))
    assert refusal(etree.tostring(root), pin(us.certificate)) == "Envelope holds 2 Body, not one"


def test_an_unsigned_message_is_refused(us):
    root = etree.fromstring(signed(us))
    (signature,) = root.iter(f"{{{DS}}}Signature")
    signature.getparent().remove(signature)
    assert (
        refusal(etree.tostring(root), pin(us.certificate)) == "Security holds 0 Signature, not one"
    )


def test_a_comment_cannot_split_a_signed_amount(us):
    data = signed(us).replace(b"1500", b"15<!-- -->00")
    verified = verify(data, pin(us.certificate), NOW)
    assert verified.payload.findtext("{urn:x}Beloeb") == "1500"


def test_an_entity_bomb_is_refused_unread(us):
    bomb = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    with pytest.raises(UnreadableError, match="document type definition"):
        verify(bomb, pin(us.certificate), NOW)
