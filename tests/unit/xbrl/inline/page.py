"""Small inline documents, written in the test that reads them."""

from xbrl.inline.document import read_inline

XII = "http://www.xbrl.org/inlineXBRL/transformation/"
NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    f'xmlns:t1="{XII}2010-04-20" xmlns:t2="{XII}2011-07-31" xmlns:t3="{XII}2015-02-26" '
    f'xmlns:t4="{XII}2020-02-12" xmlns:t5="{XII}2022-02-16" '
    'xmlns:sec="http://www.sec.gov/inlineXBRL/transformation/2015-08-31" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" '
    'xmlns:link="http://www.xbrl.org/2003/linkbase" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:f="urn:f"'
)
REFERENCES = (
    '<ix:references><link:schemaRef xlink:type="simple" xlink:href="f.xsd"/></ix:references>'
)
CONTEXT = (
    '<xbrli:context id="c"><xbrli:entity><xbrli:identifier scheme="urn:cvr">1'
    "</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:instant>2024-12-31</xbrli:instant>"
    "</xbrli:period></xbrli:context>"
)
UNIT = '<xbrli:unit id="u"><xbrli:measure>iso4217:DKK</xbrli:measure></xbrli:unit>'


def header(hidden="", references=REFERENCES, resources=""):
    hidden = f"<ix:hidden>{hidden}</ix:hidden>" if hidden else ""
    resources = f"<ix:resources>{CONTEXT}{UNIT}{resources}</ix:resources>"
    return f'<div style="display:none"><ix:header>{hidden}{references}{resources}</ix:header></div>'


def html(body, *, head="", attributes=""):
    """One file without a header of its own."""
    return (
        f"<html {NAMESPACES} {attributes}><head><title>t</title>{head}</head>"
        f"<body>{body}</body></html>"
    ).encode()


def document(body, *, head="", attributes="", **parts):
    """A whole document: the body after its header, on line 2."""
    return html(f"{header(**parts)}\n{body}", head=head, attributes=attributes)


def read(body, **parts):
    """The default target of a document with this body."""
    return read_inline([("f.html", document(body, **parts))])[0]


def fact(body, **parts):
    """The only fact of a document with this body, which must have no problem."""
    instance = read(body, **parts)
    assert instance.problems == []
    (row,) = instance.facts.rows()
    return row


def problems(body, **parts):
    """The problems of a document with this body, as people see them."""
    return [str(problem) for problem in read(body, **parts).problems]


def number(text, *, name="f:A", **attributes):
    return element("nonFraction", text, name=name, contextRef="c", unitRef="u", **attributes)


def words(text, *, name="f:T", **attributes):
    return element("nonNumeric", text, name=name, contextRef="c", **attributes)


def element(tag, content, **attributes):
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<ix:{tag}{written}>{content}</ix:{tag}>"
