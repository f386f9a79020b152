"""Canonical XML of whatever a context may hold."""

from lxml import etree

from xbrl.canonical import canonical


def test_a_namespace_that_is_no_absolute_address_is_written_all_the_same():
    """Found by damaging files: libxml2 refuses to canonicalise it."""
    element = etree.fromstring('<a xmlns="rel" xmlns:u="urn:u" b="1"><!-- c --><d>x</d></a>')
    assert canonical(element) == '<a xmlns="rel" b="1"><d>x</d></a>'
