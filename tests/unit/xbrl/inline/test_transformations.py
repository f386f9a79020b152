"""Every transformation: what is written, and the value it means."""

import pytest

from xbrl.inline.transformations.registry import REGISTRIES, find

XII = "http://www.xbrl.org/inlineXBRL/transformation/"
SEC = "http://www.sec.gov/inlineXBRL/transformation/2015-08-31"

# Registry, format, then text and value in turn; a value of - is no value.
TABLE = """
2010-04-20 numcommadot         | 1,234.5 | 1234.5 | 12,34 | -
2010-04-20 numspacedot         | 1 234.5 | 1234.5 | 1,234 | -
2010-04-20 numdotcomma         | 1.234,5 | 1234.5 | 1,234.5 | -
2010-04-20 numspacecomma       | 1 234,5 | 1234.5 | 1.234 | -
2010-04-20 numcomma            | 1234,5 | 1234.5 | 1.234 | -
2010-04-20 numdash             | - | 0 | -- | -
2010-04-20 datedoteu           | 31.12.2024 | 2024-12-31 | 31.13.2024 | -
2010-04-20 datedotus           | 12.31.24 | 2024-12-31 | 31.12.24 | -
2010-04-20 dateslasheu         | 31/12/2024 | 2024-12-31 | 30/02/2024 | -
2010-04-20 dateslashus         | 12/31/2024 | 2024-12-31 | 12.31.2024 | -
2010-04-20 dateslashdaymontheu | 31/12 | --12-31 | 32/12 | -
2010-04-20 dateslashmonthdayus | 12/31 | --12-31 | 31/12 | -
2010-04-20 datelonguk          | 31 December 2024 | 2024-12-31 | 31 Dec 2024 | -
2010-04-20 dateshortuk         | 31 Dec 24 | 2024-12-31 | 31 DEC 24 | -
2010-04-20 datelongus          | December 31, 2024 | 2024-12-31 | December 31 2024 | -
2010-04-20 dateshortus         | Dec 31, 2024 | 2024-12-31 | Dec 32, 2024 | -
2010-04-20 datelongdaymonthuk  | 31 December | --12-31 | 31 Dec | -
2010-04-20 dateshortdaymonthuk | 31 Dec | --12-31 | 31 December | -
2010-04-20 datelongmonthdayus  | December 31 | --12-31 | December 31st | -
2010-04-20 dateshortmonthdayus | Dec 31st | --12-31 | December 31 | -
2010-04-20 datelongmonthyear   | December 2024 | 2024-12 | Dec 2024 | -
2010-04-20 dateshortmonthyear  | Dec 24 | 2024-12 | December 24 | -
2010-04-20 datelongyearmonth   | 2024 December | 2024-12 | December 2024 | -
2010-04-20 dateshortyearmonth  | 2024 Dec | 2024-12 | 2024 dec | -
2011-07-31 booleanfalse        | No | false
2011-07-31 booleantrue         | x | true
2011-07-31 nocontent           | anything |
2011-07-31 zerodash            | – | 0 | —— | -
2011-07-31 numdotdecimal       | 1 234,567.80 | 1234567.80 | 12,34 | -
2011-07-31 numcommadecimal     | 1.234.567,80 | 1234567.80 | 1.23 | -
2011-07-31 numunitdecimal      | 1,234 kr 5 øre | 1234.05 | 1234 kr. | -
2011-07-31 datedaymonth        | 31.12. | - | 31.12 | --12-31
2011-07-31 datedaymonthen      | 31st of December | --12-31 | 31 december | -
2011-07-31 datedaymonthyear    | 31.12.2024 | 2024-12-31 | 31.02.2024 | -
2011-07-31 datedaymonthyearen  | 31st Dec 2024 | 2024-12-31
2011-07-31 datemonthday        | 12/31st | --12-31 | 31/12 | -
2011-07-31 datemonthdayen      | December 31st | --12-31
2011-07-31 datemonthdayyear    | 12-31-24 | 2024-12-31
2011-07-31 datemonthdayyearen  | Dec. 31, 2024 | 2024-12-31 | December 2024 | -
2011-07-31 datemonthyearen     | December 2024 | 2024-12
2011-07-31 dateyearmonthen     | 2024, December | 2024-12
2011-07-31 dateyearmonthcjk    | 2024年12月 | 2024-12 | 2024-12 | -
2011-07-31 dateyearmonthdaycjk | ２０２４年12月31日 | 2024-12-31
2011-07-31 dateerayearmonthjp  | 平成元年1月 | 1989-01
2011-07-31 dateerayearmonthdayjp | 令和6年12月31日 | 2024-12-31 | 西暦6年12月31日 | -
2015-02-26 calindaymonthyear   | 11 पौष 1946 | 2025-01-01 | 32 Pausha 1946 | -
2015-02-26 datedaymonthdk      | 31. december | --12-31 | 31 dezember | -
2015-02-26 datedaymonthyeardk  | 2. MARTS 2024 | 2024-03-02 | 2. mar. 24 | 2024-03-02
2015-02-26 datemonthyeardk     | maj 2024 | 2024-05
2015-02-26 datedaymonthyearin  | ३१ दिसंबर २०२४ | 2024-12-31 | 31.१२.2024 | 2024-12-31
2015-02-26 datemonthyearin     | दिसंबर 2024 | 2024-12
2015-02-26 datemonthyear       | 12.2024 | 2024-12 | 13.2024 | -
2015-02-26 dateyearmonthday    | 2024-12-31 | 2024-12-31 | 2024/2/30 | -
2015-02-26 numdotdecimalin     | 12,34,567.80 | 1234567.80 | 1,234,567 | -
2015-02-26 numunitdecimalin    | 12,34,567 rupees 8 paise | 1234567.08
2020-02-12 fixed-empty         | x |
2020-02-12 fixed-false         | x | false
2020-02-12 fixed-true          | x | true
2020-02-12 fixed-zero          | nil | 0
2020-02-12 num-dot-decimal     | 1,234.50 | 1234.5 | .5 | 0.5 | 1.2.3 | - | (5) | -
2020-02-12 num-comma-decimal   | 1.234,50 | 1234.5 | 1,2,3 | -
2020-02-12 num-unit-decimal    | 1,234 euro 50 | 1234.5
2020-02-12 numdotdecimalin     | 12,34,567.80 | 1234567.8
2020-02-12 date-day-month      | 31/12 | --12-31
2020-02-12 date-day-month-year | ३१.१२.२०२४ | 2024-12-31
2020-02-12 date-month-day      | 12/31 | --12-31
2020-02-12 date-month-day-year | 12/31/2024 | 2024-12-31
2020-02-12 date-month-year     | 12/2024 | 2024-12
2020-02-12 date-year-month     | 2024/12 | 2024-12
2020-02-12 date-year-month-day | 2024/12/31 | 2024-12-31
2020-02-12 date-day-monthroman | 31.XII | --12-31 | 31.IIII | -
2020-02-12 date-day-monthroman-year | 31.xii.2024 | 2024-12-31
2020-02-12 date-monthroman-year | VIII 2024 | 2024-08
2020-02-12 date-day-monthname-year-hi | 31 दिसंबर 2024 | 2024-12-31 | 31.१२.2024 | -
2020-02-12 date-monthname-year-hi | दिसंबर २०२४ | 2024-12
2020-02-12 date-ind-day-monthname-year-hi | ११ पौष १९४६ | 2025-01-01
2020-02-12 date-jpn-era-year-month | 昭和64年1月 | 1989-01
2020-02-12 date-jpn-era-year-month-day | 明治45年7月30日 | 1912-07-30
2020-02-12 date-monthname-day-en | December 31 | --12-31
2020-02-12 date-monthname-day-hu | december 31 | --12-31
2020-02-12 date-monthname-day-lt | gruodžio 31 d. | --12-31
2020-02-12 date-monthname-day-year-en | December 31, 2024 | 2024-12-31
2020-02-12 date-year-day-monthname-lv | 2024. gada 31. decembris | 2024-12-31
2020-02-12 date-year-monthname-en | 2024 December | 2024-12
2020-02-12 date-year-monthname-hu | 2024. december | 2024-12
2020-02-12 date-year-monthname-lt | 2024 m. gruodžio | 2024-12
2020-02-12 date-year-monthname-lv | 2024. gada maijs | 2024-05
2020-02-12 date-year-monthname-day-hu | 2024. december 31 | 2024-12-31
2020-02-12 date-year-monthname-day-lt | 2024 m. gruodžio 31 d. | 2024-12-31
2022-02-16 num-dot-decimal-apos | 1'234.50 | 1234.5
2022-02-16 num-comma-decimal-apos | 1’234,50 | 1234.5
2022-02-16 num-unit-decimal-apos | 1'234 Fr. 50 | 1234.5
SEC duryear  | 2.25 | P2Y3M | -1 | -P1Y | 0 | P0Y | x | -
SEC durmonth | 18.5 | P18M15D
SEC durweek  | 2 | P14D
SEC durday   | 1.5 | P1DT12H
SEC durhour  | 7 | PT7H
SEC datequarterend | third quarter of 2024 | 2024-09-30 | 2024 Q1 | 2024-03-31 | Q5 2024 | -
SEC numinf    | x | INF
SEC numneginf | x | -INF
SEC numnan    | x | NaN
SEC numwordsen | Twenty-five | 25 | no | 0 | two hundred and one thousand, five | 201005 | 25 | -
SEC durwordsen | Thirty-six months | P36M | two years and 5 days | P2Y5D | soon | -
SEC boolballotbox  | ☒ | true | ☐ | false | x | -
SEC yesnoballotbox | ☑ | Yes | ☐ | No
SEC countrynameen  | The Kingdom of Denmark | DK | Côte d’Ivoire | CI | Atlantis | -
SEC stateprovnameen | New York | NY | Québec | QC | DENMARK | -
SEC edgarprovcountryen | Denmark | G7 | Alberta, Canada | A0
SEC exchnameen | The NASDAQ Global Select Market | NASDAQ | New York Stock Exchange | NYSE
SEC entityfilercategoryen | Non-accelerated filer | Non-accelerated Filer
"""

# 5 March 2024 and the like in each language of registry 4 and 5, as people write it.
LANGUAGES = """
bg 5 март 2024 г|cs 5. března 2024|cy 5 Mawrth 2024|da 5. marts 2024|de 5. März 2024
el 5 Μαρτίου 2024|en 5 March 2024|es 5 de marzo de 2024|et 5. märts 2024|fi 5. maaliskuuta 2024
fr 5 mars 2024|hr 5. ožujka 2024.|it 5 marzo 2024|nl 5 maart 2024|no 5. mars 2024
pl 5 marca 2024 r|pt 5 de março de 2024|ro 5 martie 2024|sk 5. marec 2024|sl 5. marec 2024
sv 5 mars 2024
"""


def cases():
    for line in TABLE.strip().splitlines():
        name, *pairs = (part.strip() for part in line.split("|"))
        registry, local = name.split()
        namespace = SEC if registry == "SEC" else XII + registry
        for text, value in zip(pairs[::2], pairs[1::2], strict=True):
            yield namespace, local, text, None if value == "-" else value


@pytest.mark.parametrize("namespace", sorted({case[0] for case in cases()}))
def test_what_is_written_and_what_it_means(namespace):
    found = [
        (local, text, find(f"{{{namespace}}}{local}").apply(text))
        for space, local, text, _ in cases()
        if space == namespace
    ]
    expected = [(local, text, value) for space, local, text, value in cases() if space == namespace]
    assert found == expected


def test_month_names_of_each_language():
    fifth = f"{{{XII}2022-02-16}}date-"
    texts = [text.split(" ", 1) for text in LANGUAGES.strip().replace("\n", "|").split("|")]
    found = {}
    for language, written in texts:
        text = written.rstrip(".")
        found[language] = find(f"{fifth}day-monthname-year-{language}").apply(text)
        day, month = text.split(" ", 1)
        of_year = month.removeprefix("de ")
        assert find(f"{fifth}monthname-year-{language}").apply(of_year) == "2024-03"
        without_year = f"{day} {month.split(' 2024')[0].removesuffix(' de')}"
        assert find(f"{fifth}day-monthname-{language}").apply(without_year) == "--03-05"
    assert set(found.values()) == {"2024-03-05"}
    assert find(f"{fifth}day-monthname-lv").apply("5. marts") == "--03-05"


def test_every_transformation_of_every_registry_is_tried():
    tried = {local for _, local, _, _ in cases()}
    named = {local for table in REGISTRIES.values() for local in table}
    by_language = {name for name in named - tried if len(name.rsplit("-", 1)[-1]) == 2}
    assert named - tried == by_language
    assert len(by_language) == 64


def test_each_registry_holds_what_it_names():
    assert {namespace.removeprefix(XII): len(table) for namespace, table in REGISTRIES.items()} == {
        "http://www.xbrl.org/2008/inlineXBRL/transformation": 24,
        "2010-04-20": 24,
        "2011-07-31": 21,
        "2015-02-26": 31,
        "2020-02-12": 95,
        "2022-02-16": 101,
        SEC: 18,
    }


def test_an_unknown_name_has_no_rule():
    assert find(f"{{{XII}2020-02-12}}numdotdecimal") is None
    assert find("{urn:other}num-dot-decimal") is None


def test_a_length_keeps_every_digit_and_is_refused_beyond_64():
    years = find(f"{{{SEC}}}duryear")
    assert years.apply(f"{'9' * 40}.5") == f"P{'9' * 40}Y6M"
    assert years.apply(f"{'9' * 63}.5") is None
    assert years.expected == "a number of years in at most 64 characters"
