"""Contexts and units as elements, the same in plain and inline instances.

Belongs here: their XML. Does not: which of them an instance needs.
"""

from collections.abc import Iterable

from xbrl.writing.model import Context, Dimension, Unit, quoted, text


def context(one: Context) -> str:
    """The xbrli:context. Dimensions stand in the scenario.

    >>> from datetime import date
    >>> made = context(Context("end", "http://s", "1", None, date(2025, 12, 31)))
    >>> made.partition("<xbrli:period>")[2].partition("</xbrli:period>")[0]
    '<xbrli:instant>2025-12-31</xbrli:instant>'
    """
    begins = "" if one.start is None else f"<xbrli:startDate>{one.start}</xbrli:startDate>"
    end = "endDate" if begins else "instant"
    period = f"{begins}<xbrli:{end}>{one.end}</xbrli:{end}>"
    scenario = "".join(map(_dimension, one.dimensions))
    if scenario:
        scenario = f"<xbrli:scenario>{scenario}</xbrli:scenario>"
    return (
        f'<xbrli:context id="{quoted(one.id)}"><xbrli:entity>'
        f'<xbrli:identifier scheme="{quoted(one.scheme)}">{text(one.identifier)}</xbrli:identifier>'
        f"</xbrli:entity><xbrli:period>{period}</xbrli:period>{scenario}</xbrli:context>"
    )


def unit(one: Unit) -> str:
    """The xbrli:unit; a divided one has numerator and denominator."""
    measures = _measures(one.numerator)
    if one.denominator:
        measures = (
            f"<xbrli:divide><xbrli:unitNumerator>{measures}</xbrli:unitNumerator>"
            f"<xbrli:unitDenominator>{_measures(one.denominator)}</xbrli:unitDenominator>"
            "</xbrli:divide>"
        )
    return f'<xbrli:unit id="{quoted(one.id)}">{measures}</xbrli:unit>'


def _measures(names: Iterable[str]) -> str:
    return "".join(f"<xbrli:measure>{text(name)}</xbrli:measure>" for name in names)


def _dimension(one: Dimension) -> str:
    if one.member is not None:
        return (
            f'<xbrldi:explicitMember dimension="{quoted(one.name)}">{text(one.member)}'
            "</xbrldi:explicitMember>"
        )
    return (
        f'<xbrldi:typedMember dimension="{quoted(one.name)}"><{one.element}>{text(one.value or "")}'
        f"</{one.element}></xbrldi:typedMember>"
    )
