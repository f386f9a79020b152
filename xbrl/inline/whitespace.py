"""White space as XML counts it: space, tab, line feed, carriage return; a no-break space is not.

Belongs here: collapsing it. Does not: anything about elements.
"""

import re

WHITE_SPACE = " \t\n\r"
_RUNS = re.compile("[ \t\n\r]+")
_NEEDS_WORK = re.compile("[\t\n\r]|  ")


def collapse(text: str) -> str:
    r"""The text without white space at its ends, and single spaces within.

    Source: XML Schema 2 § 4.3.6.

    >>> collapse("  1\n 000\u00a0 ")
    '1 000\xa0'
    """
    text = text.strip(WHITE_SPACE)
    return _RUNS.sub(" ", text) if _NEEDS_WORK.search(text) else text
