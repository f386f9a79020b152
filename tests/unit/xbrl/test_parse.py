"""Bytes to trees: encodings, hostile files, and the base64 skeleton."""

import pytest

from xbrl import skeleton
from xbrl.parse import parse

HOSTILE = {
    "nothing": (b"", "xml:empty", 1),
    "blanks": (b" \n" * 10, "xml:empty", 1),
    "zeroes": (b"\0" * 1000, "xml:empty", 1),
    "binary": (bytes(range(1, 256)) * 9, "xml:well-formed", 1),
    "truncated": (b"<a>\n<b>", "xml:well-formed", 2),
    "deep": (b"<a>" * 100_000, "xml:well-formed", 1),
    "laughs": (
        b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        "xml:declarations",
        1,
    ),
    "external entity": (
        b'<!DOCTYPE a [\n<!ENTITY b SYSTEM "file:///etc/hostname">]>\n<a>&b;</a>',
        "xml:declarations",
        1,
    ),
    "default bomb": (b'<!DOCTYPE a [<!ATTLIST b c CDATA "x">]><a><b/></a>', "xml:declarations", 1),
    "behind a comment": (
        b'<!-- <a> --><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
        "xml:declarations",
        1,
    ),
    "UTF-16 hides it": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "x">]><a/>'.encode(
            "utf-16"
        ),
        "xml:declarations",
        1,
    ),
    "UTF-7 hides it": (
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY b "x"]><a/>',
        "xml:declarations",
        1,
    ),
    "not UTF-16": (b'<?xml version="1.0" encoding="utf-16"?><a>x</a>', "xml:encoding", 1),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml:encoding", 1),
    "not UTF-8": (b"<a>\n\xe9</a>", "xml:well-formed", 2),
    "unknown entity": (b'<!DOCTYPE a SYSTEM "http://x/y.dtd">\n<a>&nbsp;</a>', "xml:entity", 2),
    "undeclared entity": (b"<a>&nbsp;</a>", "xml:well-formed", 1),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_one_problem_at_its_line(kind):
    data, code, line = HOSTILE[kind]

    parsed = parse("f.xml", data)

    assert parsed.root is None
    assert [(p.code, p.where) for p in parsed.problems] == [(code, f"f.xml:{line}")]


def test_a_problem_says_what_was_expected_found_and_to_be_done():
    (problem,) = parse("f.xml", b"<a>\n<b></a>").problems

    assert str(problem) == (
        "error xml:well-formed [f.xml:2] A well-formed XML document was expected: Opening and "
        "ending tag mismatch: b line 2 and a, line 2, column 8. Correct the document at this "
        "line, or export it again; nothing of it was read."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding):
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><a>æøå €</a>'

    parsed = parse("f.xml", text.encode(encoding))

    assert parsed.problems == []
    assert parsed.root.text == "æøå €"


def test_texts_are_whole_across_comments_instructions_and_cdata():
    root = parse("f.xml", b"<a>1<!-- c -->2<?p i?>3<![CDATA[<4>]]>5</a>").root

    assert root.text == "123<4>5"


def test_named_characters_of_an_xhtml_document_type():
    doctype = b'<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">'

    root = parse("f.xml", doctype + b'<a t="&eacute;">x&nbsp;y<![CDATA[&nbsp;]]>&amp;</a>').root

    assert (root.get("t"), root.text) == ("é", "x\xa0y&nbsp;&")


def page(*pictures: bytes) -> bytes:
    images = b"\n".join(b'<img src="data:image/png;base64,' + p + b'"/>' for p in pictures)
    return (
        b'<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><style>a{background:'
        b"url(data:x;base64," + b"Q" * 900 + b")}</style>\n" + images + b"<p>end</p></html>"
    )


def test_pictures_are_cut_and_put_back():
    data = page(b"A" * 4000, b"B" * 4000, b"A" * 4000)

    parsed = parse("f.html", data)
    pictures = [element.get("src") for element in parsed.root.iter("img")]

    assert parsed.is_cut
    assert all(len(picture) < 60 for picture in pictures)
    assert pictures[0] == pictures[2] != pictures[1]
    assert parsed.restore(pictures[1]) == "data:image/png;base64," + "B" * 4000
    assert parsed.root.find("p").sourceline == data.count(b"\n") + 1


@pytest.mark.parametrize("payload", [b"A" * 600 + b"-" + b"A" * 600, b"A\n" * 600, b"A" * 99])
def test_what_is_not_long_pure_base64_is_left(payload):
    data = b"<a>;base64," + payload + b"</a>"

    assert skeleton.cut(data)[0] == data


def test_a_document_that_holds_the_mark_gets_another():
    data = b"<a>QXZjQXZjQXZj0x;base64," + b"A" * 999 + b"</a>"

    short, restore = skeleton.cut(data)

    assert restore(short.decode()) == data.decode()
    assert b"QXZjQXZjQXZj0x;base64,QXZjQXZjQXZjQ0x" in short
