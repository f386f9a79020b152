"""How names appear in messages: with the filing's own prefixes, else the taxonomy's.

Belongs here: wording shared by the checks. Does not: any check.
"""

from collections.abc import Iterable, Mapping

from xbrl.names import split

_MOST = 5


class Shown:
    """Shows Clark names with prefixes. Maps are namespace to prefix, the first that knows wins."""

    def __init__(self, *prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def name(self, clark: str) -> str:
        """A name as its readers write it.

        >>> Shown({"http://xbrl.dcca.dk/fsa": "fsa"}).name("{http://xbrl.dcca.dk/fsa}Assets")
        'fsa:Assets'
        """
        namespace, local = split(clark)
        for prefixes in self._prefixes:
            prefix = prefixes.get(namespace)
            if prefix:
                return f"{prefix}:{local}"
        return clark

    def names(self, clarks: Iterable[str]) -> str:
        """Several names, sorted; of many the first few and how many more.

        >>> Shown().names(["b", "a"])
        'a, b'
        """
        every = sorted(map(self.name, clarks))
        more = len(every) - _MOST
        return ", ".join(every[:_MOST]) + (f" and {more} more" if more > 0 else "")
