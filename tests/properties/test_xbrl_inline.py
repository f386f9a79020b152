"""Inline documents of any shape: what is written is what is read."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.xbrl.inline.page import document, element, html
from xbrl.inline.document import read_inline
from xbrl.inline.numeric import shifted, signed

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0).map(
    lambda number: f"{number:f}"
)
SCALES = st.integers(-12, 12)
# White space at random; no control characters, which XML cannot hold.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from(" \n\t"),
    max_size=12,
)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def contents(draw, depth=2):
    """Content as HTML with excluded parts and nested facts, and the text it stands for."""
    pieces, texts = [], []
    for _ in range(draw(st.integers(0, 3))):
        text = draw(TEXTS)
        kind = draw(st.sampled_from(["text", "element", "exclude", "fact"])) if depth else "text"
        inner, meant = (escaped(text), text) if kind == "text" else draw(contents(depth - 1))
        if kind == "element":
            inner = f"<b class='x'>{inner}</b>"
        elif kind == "exclude":
            inner, meant = f"<ix:exclude>{inner}</ix:exclude>", ""
        elif kind == "fact":
            inner = f"<ix:nonNumeric name='f:In' contextRef='c'>{inner}</ix:nonNumeric>"
        pieces.append(inner)
        texts.append(meant)
    return "".join(pieces), "".join(texts)


@st.composite
def document_sets(draw):
    """The facts of a set, as name to value, and its files: facts continued over them at random."""
    count = draw(st.integers(1, 3))
    bodies = [""] * count
    values = {}
    for number in range(draw(st.integers(1, 4))):
        parts = draw(st.lists(contents(), min_size=1, max_size=3))
        values[f"{{urn:f}}T{number}"] = "".join(meant for _, meant in parts)
        for place, (content, _) in enumerate(parts):
            following = f"t{number}-{place + 1}" if place + 1 < len(parts) else None
            attributes = {} if following is None else {"continuedAt": following}
            if place == 0:
                attributes |= {"name": f"f:T{number}", "contextRef": "c"}
            else:
                attributes |= {"id": f"t{number}-{place}"}
            tag = "continuation" if place else "nonNumeric"
            bodies[draw(st.integers(0, count - 1))] += element(tag, content, **attributes)
    files = [("0.html", document(bodies[0]))]
    return values, files + [
        (f"{i}.html", html(body)) for i, body in enumerate(bodies) if i and body
    ]


def outer(instance):
    rows = zip(instance.facts.concept, instance.facts.value, strict=True)
    return {concept: value for concept, value in rows if concept != "{urn:f}In"}


@given(document_sets(), st.randoms(use_true_random=False))
def test_words_written_in_pieces_over_files_are_read_whole_in_any_order(written, random):
    values, files = written
    (instance,) = read_inline(files)
    assert outer(instance) == {name: text.replace("\r", "\n") for name, text in values.items()}
    assert instance.problems == []
    random.shuffle(files)
    (shuffled,) = read_inline(files)
    assert outer(shuffled) == outer(instance)


@given(contents())
def test_escaped_content_holds_the_text_and_no_inline_element(content):
    body, meant = content
    (instance,) = read_inline(
        [("f", document(element("nonNumeric", body, name="f:T", contextRef="c", escape="true")))]
    )
    value = instance.facts.value[0]
    bare = value.replace('<b class="x">', "").replace("</b>", "")
    assert bare == escaped(meant)
    assert "ix:" not in value.replace(escaped(meant), "")


@given(DECIMALS, SCALES, st.booleans())
def test_a_number_is_what_the_page_says_times_its_scale(number, scale, is_negative):
    sign = {"sign": "-"} if is_negative else {}
    grouped = f"{int(number.partition('.')[0]):,}.{number.partition('.')[2]}"
    body = element(
        "nonFraction",
        grouped,
        name="f:A",
        contextRef="c",
        unitRef="u",
        format="t2:numdotdecimal",
        scale=scale,
        **sign,
    )
    (value,) = read_inline([("f", document(body))])[0].facts.value
    assert "E" not in value
    assert Decimal(value) == Decimal(number).scaleb(scale).copy_negate() * (
        1 if is_negative else -1
    )


@given(DECIMALS, SCALES)
def test_shifting_there_and_back_changes_nothing(number, scale):
    assert Decimal(shifted(shifted(number, scale), -scale)) == Decimal(number)
    assert Decimal(signed(number, "-")) == -Decimal(number)
