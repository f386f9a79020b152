"""A message to the authority holds what was approved, whatever the figures."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from assets.deliveries import skat_messages
from assets.deliveries.skat_schemas import PREFIXES, violations
from assets.filings import vat_return
from assets.filings.vat_return import FIELDS, VatReturn
from tests.unit.deliveries.test_skat import END, NOW, START

figures = st.dictionaries(st.sampled_from(list(FIELDS)), st.integers(-(10**15), 10**15)).map(
    lambda found: dict.fromkeys(FIELDS, 0) | found
)


@given(figures)
def test_the_message_holds_exactly_the_approved_figures(amounts):
    content = vat_return.write(VatReturn("12345674", START, END, amounts))
    message = skat_messages.vat_draft(content, "t-1", NOW)
    assert violations(message) == []
    (element,) = message.iter(f"{{{PREFIXES['ws']}}}Angivelse")
    assert vat_return.read(etree.tostring(element)).amounts == amounts
    assert skat_messages.transaction_id(message) == "t-1"
