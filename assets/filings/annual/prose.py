"""Plain text as paragraphs and lists whose markup reads back as the very same text.

Belongs here: paragraphs, list items. Does not: headings and tags.
"""

import re

from xbrl.writing.model import text

_GAP = re.compile(r"(\n[ \t]*\n\s*)")


def paragraphs(written: str) -> str:
    r"""Paragraphs parted by empty lines; lines that begin with "- " are a list.

    The gaps stay between the elements, and the dashes in the items, so that the text of
    the markup is `written`.

    >>> paragraphs("Two.\n\n- a\n- b")
    '<p>Two.</p>\n\n<ul><li>- a</li>\n<li>- b</li></ul>'
    """
    pieces = _GAP.split(written)
    return "".join(piece if n % 2 else _block(piece) for n, piece in enumerate(pieces) if piece)


def _block(piece: str) -> str:
    lines = piece.split("\n")
    if len(lines) > 1 and not lines[0].startswith("- ") and lines[1].startswith("- "):
        return f"<p>{text(lines[0])}</p>\n{_list(lines[1:])}"
    return _list(lines) if lines[0].startswith("- ") else f"<p>{text(piece)}</p>"


def _list(lines: list[str]) -> str:
    return "<ul>" + "\n".join(f"<li>{text(line)}</li>" for line in lines) + "</ul>"
