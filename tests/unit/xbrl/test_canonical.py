"""Canonical XML of whatever a context may hold."""

from lxml import etree

from xbrl.canonical import canonical, text_of_canonical


def test_a_namespace_that_is_no_absolute_address_is_written_all_the_same():
    """Found by damaging files: libxml2 refuses to canonicalise it."""
    element = etree.fromstring('<a xmlns="rel" xmlns:u="urn:u" b="1"><!-- c --><d>x</d></a>')
    assert canonical(element) == '<a xmlns="rel" b="1"><d>x</d></a>'


def test_the_text_of_content_as_deep_as_a_document_may_be():
    """Found by damaging files: libxml2's own bound is 256."""
    assert text_of_canonical("<a>" * 400 + "x" + "</a>" * 400) == "x"
