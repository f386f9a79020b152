"""Named characters (`&nbsp;`) of documents that name an XHTML document type.

That document type declares them, and is never read: they are replaced by their numbers
before parsing. Belongs here: that. Does not: entities a document declares itself, which
are refused.
"""

import re
from html.entities import name2codepoint

from xbrl.problem import Problem, Severity

_REFERENCE = rb"&(?!#|(?:amp|lt|gt|quot|apos);)([^\s;<&]+);"
_NAMED = re.compile(_REFERENCE)
_NAMED_OR_OPAQUE = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|" + _REFERENCE, re.DOTALL)
_XHTML = b"-//W3C//DTD XHTML"


def named_characters(name: str, data: bytes, doctype: bytes) -> tuple[bytes, list[Problem]]:
    """The document with numbers in place of named characters; line numbers stay.

    A name that no XHTML document type declares is a problem: nobody knows what it means.
    Source: XHTML 1.0 appendix A.2; XML 1.0 § 4.1.
    """
    if not _NAMED.search(data):
        return data, []
    problems: list[Problem] = []
    known = name2codepoint if _XHTML in doctype else {}

    def number(found: re.Match[bytes]) -> bytes:
        entity = found[1]
        if entity is None:
            return found[0]
        code = known.get(entity.decode("ascii", "replace"))
        if code is None:
            problems.append(_undeclared(name, data, found))
            return found[0]
        return b"&#%d;" % code

    return _NAMED_OR_OPAQUE.sub(number, data), problems


def _undeclared(name: str, data: bytes, found: re.Match[bytes]) -> Problem:
    shown = found[0].decode("utf-8", "replace")
    return Problem(
        "xml:entity",
        Severity.ERROR,
        f"A character or a declared entity was expected, {shown} found; "
        "it is declared nowhere that is read.",
        name,
        data.count(b"\n", 0, found.start()) + 1,
        remedy="Write the character itself, or its number; nothing of the document was read.",
    )
