"""Facts on a page: inline XBRL 1.1 elements for a template to place, and their header.

A template asks `Inline` for the markup of each fact where it stands, then for the header,
which holds the contexts and units of the facts placed, in the order of their first use,
and the facts no reader sees. Same calls, same text.

Belongs here: ix elements. Does not: the page around them, or how values look (`forms`).
"""

from collections.abc import Sequence

from xbrl.writing import resources
from xbrl.writing.forms import PREFIX, REGISTRY, NumberForm
from xbrl.writing.model import Context, Document, Fact, Unit, quoted, text
from xbrl.writing.plain import keep

IX = "http://www.xbrl.org/2013/inlineXBRL"


class Inline:
    """The facts of one inline document, in the order they were placed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.facts: list[Fact] = []
        self._contexts: dict[str, Context] = {}
        self._units: dict[str, Unit] = {}
        self._ids: set[str] = set()
        self._hidden: list[str] = []

    def declarations(self) -> str:
        """The xmlns attributes the page's root must carry."""
        return self.document.declarations({"ix": IX, PREFIX: REGISTRY})

    def number(
        self, fact: Fact, form: NumberForm, scale: int = 0, also: Sequence[Fact] = ()
    ) -> str:
        """A number as shown in `form`; the page shows its size, `sign` tells the fact's.

        `also`: further facts of the same value and unit that the one figure states.

        Whether a minus stands before it on the page is the template's business: an expense
        of 500 is the fact 500 and often "-500" to the reader.
        """
        attributes = self._attributes(fact)
        if fact.value is None:
            return f'<ix:nonFraction{attributes} xsi:nil="true"/>'
        attributes += f' format="{form.format}" decimals="{quoted(fact.decimals or "INF")}"'
        if scale:
            attributes += f' scale="{scale}"'
        if fact.value.startswith("-"):
            attributes += ' sign="-"'
        shown = (
            self.number(also[0], form, scale, also[1:]) if also else form.show(fact.value, scale)
        )
        return f"<ix:nonFraction{attributes}>{shown}</ix:nonFraction>"

    def text(
        self,
        fact: Fact,
        markup: str | None = None,
        *,
        format_: str | None = None,
        is_escaped: bool = False,
    ) -> str:
        """A text; `markup` is XHTML whose text reads back as the fact's value, where the
        page shows more than the bare value.
        """
        attributes = self._attributes(fact)
        if fact.value is None:
            return f'<ix:nonNumeric{attributes} xsi:nil="true"/>'
        if format_ is not None:
            attributes += f' format="{format_}"'
        if is_escaped:
            attributes += ' escape="true"'
        shown = text(fact.value) if markup is None else markup
        return f"<ix:nonNumeric{attributes}>{shown}</ix:nonNumeric>"

    def hide(self, fact: Fact) -> None:
        """A fact that no reader of the page sees."""
        if fact.unit is None:
            self._hidden.append(self.text(fact))
        else:
            attributes = self._attributes(fact)
            if fact.value is None:
                self._hidden.append(f'<ix:nonFraction{attributes} xsi:nil="true"/>')
                return
            sign = ' sign="-"' if fact.value.startswith("-") else ""
            decimals = quoted(fact.decimals or "INF")
            self._hidden.append(
                f'<ix:nonFraction{attributes} decimals="{decimals}"{sign}>'
                f"{text(fact.value.removeprefix('-'))}</ix:nonFraction>"
            )

    def header(self) -> str:
        """The ix:header, to be asked for last and placed first, out of sight."""
        hidden = "\n".join(self._hidden)
        if hidden:
            hidden = f"<ix:hidden>\n{hidden}\n</ix:hidden>\n"
        address = quoted(self.document.entry_point)
        lines = [
            f"<ix:header>\n{hidden}<ix:references>",
            f'<link:schemaRef xlink:type="simple" xlink:href="{address}"/>',
            "</ix:references>\n<ix:resources>",
            *map(resources.context, self._contexts.values()),
            *map(resources.unit, self._units.values()),
            "</ix:resources>\n</ix:header>",
        ]
        return "\n".join(lines)

    def _attributes(self, fact: Fact) -> str:
        """Remember the fact, its context and unit; the attributes all facts have."""
        self.facts.append(fact)
        context, unit = fact.context, fact.unit
        keep(self._contexts, context)
        found = f' name="{fact.concept}" contextRef="{quoted(context.id)}"'
        if unit is not None:
            keep(self._units, unit)
            found += f' unitRef="{quoted(unit.id)}"'
        if fact.language is not None:
            found += f' xml:lang="{quoted(fact.language)}"'
        if fact.id is not None:
            self._take(fact.id)
            found += f' id="{quoted(fact.id)}"'
        return found

    def _take(self, id_: str) -> None:
        if id_ in self._ids:
            raise ValueError(f"Two elements of the page share the id {id_!r}.")
        self._ids.add(id_)
