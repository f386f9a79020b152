"""A rendered annual report to be broken one rule at a time, by the breaks of `danish_breaks`.

`Page` changes the bytes our renderer wrote the way `danish_report.Report` changes its own facts:
same methods, same names of contexts. The years of the sample are moved to those the breaks speak
of.

Belongs here: changing a page. Does not: any break.
"""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from assets.filings import annual_report
from tests.annual_sample import Sample, sample
from tests.danish_report import Context, Fact

IX, LINK, XBRLI = (
    "{http://www.xbrl.org/2013/inlineXBRL}",
    "{http://www.xbrl.org/2003/linkbase}",
    "{http://www.xbrl.org/2003/instance}",
)
XHTML = "{http://www.w3.org/1999/xhtml}"
IDS = {"year": "current", "before": "previous", "end": "current-end", "end-before": "previous-end"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
KEPT = ("id", "name", "contextRef", "unitRef", LANG)


def audited() -> Sample:
    """A class B company's report, audited."""
    made = sample(company_class="C-medium")
    (stated,) = [
        row["text"]
        for row in sample(company_class="B").texts
        if row["field"] == "fsa:ClassOfReportingEntity"
    ]
    texts = [
        {**row, "text": stated} if row["field"] == "fsa:ClassOfReportingEntity" else row
        for row in made.texts
    ]
    return made._replace(texts=texts)


def rendered(rows: Sample) -> "Page":
    """The page our renderer writes, a year earlier: 2024 with 2023 beside it."""
    content = annual_report.render(*rows).decode()
    content = re.sub(r"(?<!\d)202[456](?!\d)", lambda m: str(int(m[0]) - 1), content)
    root = etree.fromstring(content.encode())
    (references,) = root.iter(f"{IX}references")
    return Page(content.encode(), "".join(_text(one) for one in references))


@dataclass(frozen=True)
class Page:
    """A page; the methods give another one that differs in one thing."""

    content: bytes
    references: str
    head: str = ""
    body: str = ""
    root: str = "as written"

    def but(self, *facts: Fact) -> "Page":
        """Facts of the same concept and time take the place of those there."""

        def change(root: etree._Element) -> None:
            for fact in facts:
                same = list(_facts(root, {fact.concept}, fact.context))
                if not same:
                    _add(root, fact)
                    continue
                _state(same[0], fact)
                for one in same[1:]:
                    _untag(one)

        return self._changed(change)

    def also(self, *facts: Fact) -> "Page":
        def change(root: etree._Element) -> None:
            for fact in facts:
                _add(root, fact)

        return self._changed(change)

    def without(self, *concepts: str, context: str | None = None) -> "Page":
        def change(root: etree._Element) -> None:
            for one in list(_facts(root, set(concepts), context)):
                _untag(one)

        return self._changed(change)

    def with_context(self, name: str, context: Context) -> "Page":
        def change(root: etree._Element) -> None:
            (resources,) = root.iter(f"{IX}resources")
            resources.insert(0, _parsed(root, context.markup(name))[0])

        return self._changed(change)

    def with_entity(self, **changes: str) -> "Page":
        def change(root: etree._Element) -> None:
            for one in root.iter(f"{XBRLI}identifier"):
                one.text = changes.get("identifier", one.text)
                one.set("scheme", changes.get("scheme", one.get("scheme", "")))

        return self._changed(change)

    def moved(self, concept: str, context: str) -> "Page":
        def change(root: etree._Element) -> None:
            for one in _facts(root, {concept}, None):
                one.set("contextRef", IDS.get(context, context))

        return replace(self, content=self._changed(change).content)

    def page(self) -> bytes:
        """The bytes."""
        root = etree.fromstring(self.content)
        (references,) = root.iter(f"{IX}references")
        references[:] = _parsed(root, self.references)
        if self.root != "as written":
            root.attrib.pop(LANG, None)
            for language in re.findall(r'xml:lang="(\w*)"', self.root):
                for one in (root, *root.iter(f"{IX}nonNumeric")):
                    one.set(LANG, language)
        root.find(f"{XHTML}head").extend(_parsed(root, self.head))
        root.find(f"{XHTML}body").extend(_parsed(root, self.body))
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def _changed(self, change: Callable[[etree._Element], None]) -> "Page":
        root = etree.fromstring(self.content)
        change(root)
        return replace(self, content=etree.tostring(root))


def _facts(
    root: etree._Element, concepts: set[str], context: str | None
) -> Iterator[etree._Element]:
    """Facts of these concepts, in contexts that end on the named one's day (None: any)."""
    wanted = None if context is None else _last_days(root).get(IDS.get(context, context))
    days = _last_days(root)
    for one in root.iter(f"{IX}nonFraction", f"{IX}nonNumeric"):
        if one.get("name") in concepts and (
            wanted is None or days[one.get("contextRef")] == wanted
        ):
            yield one


def _last_days(root: etree._Element) -> dict[str, str | None]:
    return {
        one.get("id"): next(
            (end.text for end in one.iter(f"{XBRLI}endDate", f"{XBRLI}instant")), None
        )
        for one in root.iter(f"{XBRLI}context")
    }


def _state(one: etree._Element, fact: Fact) -> None:
    """Give a fact the value, plainly written."""
    for name in set(one.attrib) - set(KEPT):
        del one.attrib[name]
    for child in list(one):
        one.remove(child)
    one.text = fact.value.removeprefix("-") if fact.unit else fact.value
    if fact.unit:
        one.set("decimals", "0")
        if fact.value.startswith("-"):
            one.set("sign", "-")


def _add(root: etree._Element, fact: Fact) -> None:
    context = IDS.get(fact.context, fact.context)
    made = _parsed(root, fact._replace(context=context).markup())
    same = next(_facts(root, {fact.concept}, None), None)
    if same is not None and LANG in same.attrib:
        made[0][0].set(LANG, same.get(LANG))
    root.find(f"{XHTML}body").extend(made)


def _untag(one: etree._Element) -> None:
    """Take the tag away and leave what it held on the page."""
    parent = one.getparent()
    assert parent is not None
    if parent.tag == f"{IX}hidden":
        parent.remove(one)
        return
    span = etree.Element(f"{XHTML}{'div' if len(one) else 'span'}")
    span.text, span.tail = one.text, one.tail
    span.extend(copy.deepcopy(child) for child in one)
    parent.replace(one, span)


def _parsed(root: etree._Element, markup: str) -> list[etree._Element]:
    """Elements written with the page's prefixes."""
    names = " ".join(f'xmlns{":" + p if p else ""}="{uri}"' for p, uri in root.nsmap.items())
    return list(etree.fromstring(f"<r {names}>{markup}</r>"))


def _text(one: etree._Element) -> str:
    alone = copy.deepcopy(one)
    alone.tail = None
    text = etree.tostring(alone).decode()
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)
