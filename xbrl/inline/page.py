"""One file of an inline document set: its tree, and the inline elements in it by kind.

Belongs here: finding the elements, in one pass; names, languages and base addresses in
force. Does not: values, and what the elements mean together.
"""

from dataclasses import dataclass, field

from lxml.etree import _Element

from xbrl.inline.fragments import Fragments
from xbrl.names import IX_10, IX_11, XHTML, XML
from xbrl.parse import Parsed
from xbrl.qnames import resolve
from xbrl.scan import Scan
from xbrl.uris import joined

DEEPEST = 64
"""How many times over a page's text may stand in the contents of its facts."""

FACTS = ("nonFraction", "nonNumeric", "fraction", "tuple")
KINDS = (
    *FACTS,
    "numerator",
    "denominator",
    "continuation",
    "exclude",
    "footnote",
    "header",
    "hidden",
    "references",
    "relationship",
    "resources",
)
MARKUP = (
    *("script", "base", "link", "style", "object", "iframe", "embed", "applet"),
    *("a", "area", "img", "image", "form"),
)
"""Elements that authorities' rules on the HTML speak of, of whatever namespace."""

_INLINE = (f"{{{IX_11}}}", f"{{{IX_10}}}")
_TAGS = (*(f"{space}*" for space in _INLINE), *(f"{{*}}{name}" for name in MARKUP))
_LANG = f"{{{XML}}}lang"
_BASE = f"{{{XML}}}base"
_AROUND = ("html", "body", "references")  # what has facts of its language in it, or none
_NOWHERE = "\0"  # no xml:lang is in force; an empty one says so itself


class Names:
    """QNames in a document's attributes, each text resolved once where its prefix allows."""

    def __init__(self, root: _Element, scan: Scan) -> None:
        self.stable = scan.stable_prefixes(root)
        self._known: dict[str, str | None] = {}
        self.used = {uri: prefix for prefix, uri in reversed(root.nsmap.items()) if prefix}

    def resolve(self, text: str, element: _Element) -> str | None:
        """The Clark name of `text`; None where it is no QName or its prefix is not declared."""
        try:
            return self._known[text]
        except KeyError:
            return self._look_up(text, element)

    def _look_up(self, text: str, element: _Element) -> str | None:
        prefix = text.partition(":")[0].strip() if ":" in text else None
        if prefix in self.stable:
            name = self._known[text] = resolve(text, self.stable)
            return name
        nsmap = element.nsmap
        if prefix and prefix in nsmap:
            self.used.setdefault(nsmap[prefix], prefix)
        return resolve(text, nsmap)


@dataclass(slots=True)
class Allowance:
    """How many more characters the contents of a page's facts may come to.

    Facts stand within facts, so a small page can ask for any amount of text.
    """

    left: int
    is_spent: bool = False


@dataclass(slots=True)
class Page:
    """One file: `elements` holds its inline elements by local name, each list in order.

    `facts` are those that are facts, `markup` the elements named in `MARKUP`, both in document
    order; `hidden` are the facts in ix:hidden;
    `languages` those of facts and footnotes, where not all are under the document's.
    `namespace` is the inline namespace, None where the file holds no inline element;
    `fragments` their contents, where the whole file has only one prefix for it; `html_prefixes`
    those of HTML, None where unknown. `excluding` are the elements with an ix:exclude in them.
    """

    index: int
    name: str
    parsed: Parsed
    root: _Element
    scan: Scan
    names: Names
    namespace: str | None = None
    strangers: list[_Element] = field(default_factory=list)
    elements: dict[str, list[_Element]] = field(default_factory=dict)
    facts: list[_Element] = field(default_factory=list)
    markup: list[_Element] = field(default_factory=list)
    hidden: set[_Element] = field(default_factory=set)
    language: str | None = None
    languages: dict[_Element, str | None] = field(default_factory=dict)
    excluding: set[_Element] = field(default_factory=set)
    html_base: str | None = None
    has_base: bool = False
    fragments: Fragments | None = None
    html_prefixes: set[str] | None = None
    has_inner_declarations: bool = True
    allowance: Allowance = field(default_factory=lambda: Allowance(0))

    def language_of(self, element: _Element) -> str | None:
        """The xml:lang in force at a fact or footnote. Source: XML 1.0 § 2.12."""
        return self.languages.get(element, self.language)

    def base_of(self, element: _Element) -> str | None:
        """The base address in force: the HTML base, and each xml:base against those around it.

        Source: HTML 4.01 § 12.4.1; XML Base § 4.
        """
        if not self.has_base:
            return None
        base = self.html_base or ""
        for around in (*reversed(list(element.iterancestors())), element):
            if own := around.get(_BASE):
                base = joined(base, own.strip())
        return base or None


def page_of(index: int, parsed: Parsed, byte_count: int) -> Page:
    """The page in a parsed file of so many bytes."""
    root = parsed.root
    assert root is not None
    # Under XHTML 1.0's document type libxml2 writes attributes that nobody wrote: `id` beside
    # `name`, `xml:lang` beside `lang`.
    root.getroottree().docinfo.clear()
    scan = Scan(parsed.data)
    page = Page(index, parsed.name, parsed, root, scan, Names(root, scan))
    page.allowance.left = DEEPEST * byte_count + 1_000_000
    _collect(page)
    _mark_hidden(page)
    _mark_excluding(page)
    _mark_languages(page)
    base = root.find(f"{{{XHTML}}}head/{{{XHTML}}}base")
    page.html_base = None if base is None else (base.get("href") or "").strip() or None
    page.has_base = page.html_base is not None or scan.may_hold_base
    prefixes = scan.prefixes_of(page.namespace)
    prefix = next(iter(prefixes)) if prefixes and len(prefixes) == 1 else None
    if page.namespace and prefix and prefix not in (scan.rebound_prefixes() or ()):
        page.fragments = Fragments(page.namespace, prefix)
    page.has_inner_declarations = not scan.is_readable or scan.declaration_count > len(root.nsmap)
    of_html = scan.prefixes_of(XHTML)
    page.html_prefixes = None if of_html is None else {prefix for prefix in of_html if prefix}
    return page


def _collect(page: Page) -> None:
    """Sort out the inline elements, and the markup rules speak of, in one pass over the tree."""
    found: list[_Element] = []
    lists: dict[object, list[_Element]] = {}
    for element in page.root.iter(*_TAGS):
        tag = element.tag
        if tag not in lists:
            lists[tag] = found if str(tag).startswith(_INLINE) else page.markup
        lists[tag].append(element)
    if not found:
        return
    namespace = IX_10 if str(found[0].tag).startswith(f"{{{IX_10}}}") else IX_11
    page.namespace = namespace
    lists = {f"{{{namespace}}}{kind}": [] for kind in KINDS}
    strangers = page.strangers
    for element in found:
        lists.get(element.tag, strangers).append(element)
    page.elements = {kind: lists[f"{{{namespace}}}{kind}"] for kind in KINDS}
    facts = {f"{{{namespace}}}{kind}" for kind in FACTS}
    page.facts = [element for element in found if element.tag in facts]


def _mark_hidden(page: Page) -> None:
    for holder in page.elements.get("hidden", ()):
        page.hidden.update(holder.iter(*(f"{{{page.namespace}}}{kind}" for kind in FACTS)))


def _mark_excluding(page: Page) -> None:
    """Note each element whose content has an ix:exclude in it."""
    tags = [f"{{{page.namespace}}}{kind}" for kind in (*FACTS, "continuation", "footnote")]
    for exclude in page.elements.get("exclude", ()):
        page.excluding.update(exclude.iterancestors(*tags))


def _mark_languages(page: Page) -> None:
    """Note the language of facts and footnotes under another xml:lang than the root's."""
    page.language = page.root.get(_LANG) or None
    carrying = page.scan.languages_on()
    own = [element for element in page.facts if element.get(_LANG) is not None]
    if carrying is not None and carrying.total() == len(own) + sum(carrying[n] for n in _AROUND):
        bodies = page.root.iterchildren(f"{{{XHTML}}}body")
        languages = [body.get(_LANG) for body in bodies if body.get(_LANG) is not None]
        page.language = languages[0] or None if languages else page.language
        tags = [f"{{{page.namespace}}}{kind}" for kind in (*FACTS, "footnote")]
        for element in own:  # in document order, so that what stands nearer comes last
            within = element.iter(*tags) if len(element) else (element,)
            page.languages.update(dict.fromkeys(within, element.get(_LANG) or None))
        return
    known: dict[_Element, str] = {}
    for element in (*page.facts, *page.elements.get("footnote", ())):
        language = _language_at(element, known)
        if language != _NOWHERE:
            page.languages[element] = language or None


def _language_at(element: _Element, known: dict[_Element, str]) -> str:
    """The nearest xml:lang; each element around is looked at once, however many ask."""
    path = []
    node: _Element | None = element
    found = _NOWHERE
    while node is not None:
        if node in known:
            found = known[node]
            break
        path.append(node)
        own = node.get(_LANG)
        if own is not None:
            found = own
            break
        node = node.getparent()
    known.update(dict.fromkeys(path, found))
    return found
