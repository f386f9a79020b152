"""No changed byte of a signed message gets another payload believed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assets.deliveries import wsse
from assets.deliveries.certificates import pin
from assets.deliveries.skat_schemas import UnreadableError
from assets.deliveries.wsse import verify
from tests.certificates import make_credentials
from tests.unit.deliveries.test_wsse import NOW, payload, signed


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_single_changed_byte_gets_another_payload_believed(data):
    us = make_credentials("us")
    message = bytearray(signed(us))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] = data.draw(st.integers(0, 255))
    try:
        verified = verify(bytes(message), pin(us.certificate), NOW)
    except (wsse.SignatureRefusedError, UnreadableError):
        return
    assert canonical(verified.payload) == canonical(payload())


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)
