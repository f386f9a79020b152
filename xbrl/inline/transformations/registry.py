"""The transformation registries: which rule a format's name means.

Belongs here: the registries' lists of names. Does not: what the rules do.

Source: Inline XBRL Transformation Registry 1 (2010-04-20), 2 (2011-07-31), 3 (2015-02-26),
4 (2020-02-12), 5 (2022-02-16); SEC transformation registry 2015-08-31.
"""

from collections.abc import Callable
from functools import cache

from xbrl.inline.transformations import calendars, dates, numbers, securities
from xbrl.inline.transformations.rule import Rule
from xbrl.names import split

_XII = "http://www.xbrl.org/inlineXBRL/transformation/"
REGISTRY_1 = f"{_XII}2010-04-20"
REGISTRY_2 = f"{_XII}2011-07-31"
REGISTRY_3 = f"{_XII}2015-02-26"
REGISTRY_4 = f"{_XII}2020-02-12"
REGISTRY_5 = f"{_XII}2022-02-16"
BEFORE_RECOMMENDATION = "http://www.xbrl.org/2008/inlineXBRL/transformation"
SEC = "http://www.sec.gov/inlineXBRL/transformation/2015-08-31"

Table = dict[str, Callable[[], Rule]]

_FIRST: Table = numbers.FIRST | {
    "datedoteu": dates.marked(".", "dm"),
    "datedotus": dates.marked(".", "md"),
    "dateslasheu": dates.marked("/", "dm"),
    "dateslashus": dates.marked("/", "md"),
    "dateslashdaymontheu": dates.marked("/", "dm", has_year=False),
    "dateslashmonthdayus": dates.marked("/", "md", has_year=False),
    "datelonguk": dates.spaced("dmy", "en-long"),
    "dateshortuk": dates.spaced("dmy", "en-short"),
    "datelongus": dates.spaced("mdy", "en-long"),
    "dateshortus": dates.spaced("mdy", "en-short"),
    "datelongdaymonthuk": dates.spaced("dm", "en-long"),
    "dateshortdaymonthuk": dates.spaced("dm", "en-short"),
    "datelongmonthdayus": dates.spaced("md", "en-long"),
    "dateshortmonthdayus": dates.spaced("md", "en-short"),
    "datelongmonthyear": dates.spaced("my", "en-long"),
    "dateshortmonthyear": dates.spaced("my", "en-short"),
    "datelongyearmonth": dates.spaced("ym", "en-long"),
    "dateshortyearmonth": dates.spaced("ym", "en-short"),
}
_SECOND: Table = numbers.SECOND | {
    "datedaymonth": dates.figures("dm"),
    "datedaymonthen": dates.named("dm", "en"),
    "datedaymonthyear": dates.figures("dmy"),
    "datedaymonthyearen": dates.named("dmy", "en"),
    "dateerayearmonthdayjp": lambda: calendars.japanese_era(has_day=True),
    "dateerayearmonthjp": lambda: calendars.japanese_era(has_day=False),
    "datemonthday": dates.figures("md"),
    "datemonthdayen": dates.named("md", "en"),
    "datemonthdayyear": dates.figures("mdy"),
    "datemonthdayyearen": dates.named("mdy", "en"),
    "datemonthyearen": dates.named("my", "en"),
    "dateyearmonthcjk": lambda: calendars.cjk(has_day=False),
    "dateyearmonthdaycjk": lambda: calendars.cjk(has_day=True),
    "dateyearmonthen": dates.named("ym", "en"),
}
_THIRD: Table = (
    _SECOND
    | numbers.THIRD
    | {
        "calindaymonthyear": calendars.indian,
        "datedaymonthdk": dates.named("dm", "da"),
        "datedaymonthyeardk": dates.named("dmy", "da"),
        "datemonthyeardk": dates.named("my", "da"),
        "datedaymonthyearin": dates.hindi("dmy", month_in_figures=True),
        "datemonthyearin": dates.hindi("my"),
        "datemonthyear": dates.figures("my"),
        "dateyearmonthday": dates.figures("ymd", dates.FULL_WIDTH),
    }
)


def _in_languages(name: str, shape: str, languages: str) -> Table:
    return {f"{name}-{code}": dates.named(shape, code) for code in languages.split()}


_FOURTH: Table = (
    numbers.FOURTH
    | _in_languages(
        "date-day-monthname",
        "dm",
        "bg cs da de el en es et fi fr hr it lv nl no pl pt ro sk sl sv",
    )
    | _in_languages(
        "date-day-monthname-year",
        "dmy",
        "bg cs da de el en es et fi fr hr it nl no pl pt ro sk sl sv",
    )
    | _in_languages(
        "date-monthname-year",
        "my",
        "bg cs da de el en es et fi fr hr it nl no pl pt ro sk sl sv",
    )
    | _in_languages("date-monthname-day", "md", "en hu lt")
    | _in_languages("date-monthname-day-year", "mdy", "en")
    | _in_languages("date-year-monthname", "ym", "en hu lt lv")
    | _in_languages("date-year-monthname-day", "ymd", "hu lt")
    | _in_languages("date-year-day-monthname", "ydm", "lv")
    | {
        "date-day-month": dates.figures("dm"),
        "date-day-month-year": dates.figures("dmy", dates.DEVANAGARI),
        "date-day-monthroman": dates.named("dm", "roman"),
        "date-day-monthroman-year": dates.named("dmy", "roman"),
        "date-monthroman-year": dates.named("my", "roman"),
        "date-day-monthname-year-hi": dates.hindi("dmy"),
        "date-monthname-year-hi": dates.hindi("my"),
        "date-ind-day-monthname-year-hi": calendars.indian,
        "date-jpn-era-year-month": lambda: calendars.japanese_era(has_day=False),
        "date-jpn-era-year-month-day": lambda: calendars.japanese_era(has_day=True),
        "date-month-day": dates.figures("md"),
        "date-month-day-year": dates.figures("mdy"),
        "date-month-year": dates.figures("my", dates.DEVANAGARI),
        "date-year-month": dates.figures("ym", dates.FULL_WIDTH),
        "date-year-month-day": dates.figures("ymd", dates.FULL_WIDTH),
    }
)
_FIFTH: Table = (
    _FOURTH
    | numbers.FIFTH
    | _in_languages("date-day-monthname", "dm", "cy")
    | _in_languages("date-day-monthname-year", "dmy", "cy")
    | _in_languages("date-monthname-year", "my", "cy")
)

REGISTRIES: dict[str, Table] = {
    BEFORE_RECOMMENDATION: _FIRST,
    REGISTRY_1: _FIRST,
    REGISTRY_2: _SECOND,
    REGISTRY_3: _THIRD,
    REGISTRY_4: _FOURTH,
    REGISTRY_5: _FIFTH,
    SEC: securities.RULES,
}


@cache
def find(name: str) -> Rule | None:
    """The rule of a format's Clark name, or None where no registry has it.

    >>> find("{http://www.xbrl.org/inlineXBRL/transformation/2020-02-12}num-dot-decimal").apply("1,234")
    '1234'
    """
    namespace, local = split(name)
    make = REGISTRIES.get(namespace, {}).get(local)
    return make() if make else None
