"""What every page of ours must be: well-formed, and usable by people who do not see it.

`faults(page)` lists what is wrong, in words; an empty list is a page that passes. The pages
are written so that they are also XML, which makes every unclosed element a fault.

Source: WCAG 2.2: 1.1.1, 1.3.1, 2.4.1, 2.4.2, 2.4.4, 2.4.6, 3.1.1, 3.3.2, 4.1.2.
"""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

_HEADINGS = ("h1", "h2", "h3", "h4")


def faults(page: str) -> list[str]:
    """Everything wrong with a page."""
    head, _, rest = page.partition("\n")
    if head.strip().lower() != "<!doctype html>":
        return ["the page does not begin with <!doctype html>"]
    try:
        root = etree.fromstring(rest)
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    checks = (_document, _names, _forms, _tables, _pictures, _headings, _nothing_foreign)
    return [fault for check in checks for fault in check(root)]


def _document(root: etree._Element) -> Iterator[str]:
    if root.get("lang") not in {"da", "en"}:
        yield "the page has no language"
    for path, what in (("//h1", "h1"), ("//main[@id]", "main"), ("//head/title", "title")):
        if len(root.xpath(path)) != 1:
            yield f"{len(root.xpath(path))} × {what}, expected 1"
    for landmark in ("header", "nav", "footer"):
        if not root.xpath(f"//{landmark}"):
            yield f"no {landmark}"
    target = root.xpath("string(//body/a[1]/@href)")
    if target.lstrip("#") not in root.xpath("//@id"):
        yield "the first link does not skip to the content"


def _names(root: etree._Element) -> Iterator[str]:
    ids = Counter(root.xpath("//@id"))
    yield from (f"id {one} stands {n} times" for one, n in ids.items() if n > 1)
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for value in root.xpath(f"//@{attribute}"):
            yield from (f"{attribute}: no id {one}" for one in value.split() if one not in ids)
    for one in root.xpath("//nav | //*[@role='region']"):
        if not (one.get("aria-label") or one.get("aria-labelledby")):
            yield f"a {one.tag} without a name"
    for one in root.xpath("//a | //button"):
        if not ("".join(one.itertext()).strip() or one.get("aria-label")):
            yield f"an empty {one.tag}: {one.get('href')}"


def _forms(root: etree._Element) -> Iterator[str]:
    labelled = set(root.xpath("//label/@for"))
    for field in root.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        if field.get("id") not in labelled:
            yield f"field {field.get('name')} has no label"


def _tables(root: etree._Element) -> Iterator[str]:
    for table in root.xpath("//table"):
        if table[0].tag != "caption" or not "".join(table[0].itertext()).strip():
            yield "a table without a caption"
        for head in table.iter("th"):
            if head.get("scope") not in {"col", "row"}:
                yield f"a heading without scope: {''.join(head.itertext())}"
        width = len(table.xpath("./thead/tr/th"))
        for row in table.xpath("./tbody/tr"):
            cells = sum(int(cell.get("colspan", 1)) for cell in row)
            if cells != width:
                yield f"a row of {cells} cells under {width} headings"


def _pictures(root: etree._Element) -> Iterator[str]:
    for svg in root.xpath("//svg"):
        if [child.tag for child in svg[:2]] != ["title", "desc"] or not svg[1].text:
            yield "a drawing without title and description"
        if set((svg.get("aria-labelledby") or "").split()) != {svg[0].get("id"), svg[1].get("id")}:
            yield "a drawing that is not named by its title and description"


def _headings(root: etree._Element) -> Iterator[str]:
    last = 0
    for one in root.iter(*_HEADINGS):
        level = int(one.tag[1])
        if level > last + 1:
            yield f"heading {one.tag} under h{last}: {''.join(one.itertext())}"
        last = level


def _nothing_foreign(root: etree._Element) -> Iterator[str]:
    if root.xpath("//script | //iframe | //object | //@style | //style"):
        yield "a script, frame or inline style"
    for address in root.xpath("//@href | //@src | //@action"):
        if re.match(r"[a-z]+:|//", address):
            yield f"an address elsewhere: {address}"
    if root.xpath("//@*[starts-with(name(), 'on')]"):
        yield "an inline script"
