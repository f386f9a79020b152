"""Month names by language, and what may stand around them.

Belongs here: the languages' own words, as the registries list them. Does not: how a
date is put together (`dates`).

Source: Inline XBRL Transformation Registry 4 (2020-02-12) and 5 (2022-02-16, Welsh).
"""

from collections.abc import Callable
from typing import NamedTuple

ANY = "[^0-9]+"
_NO_LETTER = "[^0-9]*[^0-9a-zA-Z]+"


class Language(NamedTuple):
    """A language's months, January first; `|` between spellings, abbreviations first or last.

    `before` is what may stand between a number and the month, `tail` after the month at the end
    of a text, `after` between month and year, `end` after the year. `more` are further forms
    that only a month with a year may have; `forms` are the cases allowed:
    lower, upper, capitalised; `i` for any.
    """

    months: str
    before: str = ANY
    tail: str = "[^0-9]{0,6}"
    after: str = ANY
    end: str = ""
    more: str = ""
    forms: str = "luc"


_ENGLISH_LONG = (
    "january february march april may june july august september october november december"
)
_ENGLISH_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec"
_ENGLISH = " ".join(
    f"{long}|{short}"
    for long, short in zip(_ENGLISH_LONG.split(), _ENGLISH_SHORT.split(), strict=True)
)
# What follows the name is letters or dots, not both.
_DANISH_ENDING = r"(?![A-Za-z]+\.)(?:[A-Za-z]*|\.*)"
_DANISH = Language(
    "jan feb mar apr maj jun jul aug sep okt nov dec",
    tail=_DANISH_ENDING,
    after=_DANISH_ENDING + "[^0-9]*",
    forms="i",
)
_CZECH_GENITIVE = (
    "ledna|led února|unora|úno|uno března|brezna|bře|bre dubna|dub května|kvetna|kvě|kve "
    "června|cervna|čvn|cvn července|cervence|čvc|cvc srpna|srp září|zari|zář|zar "
    "října|rijna|říj|rij listopadu|lis prosince|pro"
)
_CZECH_OTHER = (
    "leden|lednu únor|unor|únoru|unoru březen|brezen|březnu|breznu duben|dubnu "
    "květen|kveten|květnu|kvetnu červen|cerven|červnu|cervnu "
    "červenec|cervenec|červenci|cervenci srpen|srpnu září říjen|rijen|říjnu|rijnu listopad "
    "prosinec|prosinci"
)
# Some capitals in the registry's own list are Latin letters, so they are accepted.
_GREEK = (
    "ιαν|ίαν|iαν φεβ μάρ|μαρ απρ|άπρ|aπρ|αρίλ|άρίλ|αριλ|άριλ|aρίλ|aριλ μαΐ|μαι|μάι|μαϊ|μάϊ "
    "ιούν|ίούν|ίουν|ιουν|iούν|iουν ιούλ|ίούλ|ίουλ|ιουλ|iούλ|iουλ αύγ|αυγ σεπ οκτ|όκτ|oκτ "
    "νοέ|νοε δεκ"
)

LANGUAGES = {
    "bg": Language(
        "ян фев мар апр май|маи юни юли авг сеп окт ное дек",
        after="[A-Za-z]*[^0-9]+",
        end="[^0-9]*",
    ),
    "cs": Language(_CZECH_GENITIVE, tail=r"\.?", after="[^0-9a-zA-Z]+[^0-9]*", more=_CZECH_OTHER),
    "cy": Language(
        "ion chwe maw ebr mai meh gor aws med hyd tach rhag",
        before=_NO_LETTER,
        tail="[^0-9]{0,7}",
        more="ion chwe faw ebr fai feh ngor aws fed hyd dach|nhach|thach rag",
    ),
    "da": _DANISH,
    "de": Language("jan|jän|jaen feb mär|maer|mar apr mai jun jul aug sep okt nov dez"),
    "el": Language(_GREEK, tail="[^0-9]{0,8}"),
    "en": Language(_ENGLISH, tail="", forms="uc"),
    "en-long": Language(_ENGLISH_LONG),
    "en-short": Language(_ENGLISH_SHORT),
    "es": Language("ene feb mar abr may jun jul ago sep oct nov dic", tail="[^0-9]{0,7}"),
    "et": Language(
        "jaan veebr märts|marts apr mai juuni juuli aug sept okt nov dets", tail="[^0-9]{0,5}"
    ),
    "fi": Language(
        "tam hel maa huh tou kes hei elo syy lok mar jou", before=_NO_LETTER, tail="[^0-9]{0,8}"
    ),
    "fr": Language(
        "janv févr|fevr mars avr mai juin juil août|aout sept oct nov déc|dec",
        tail="[^0-9]{0,5}",
    ),
    "hr": Language("sij velj ožu|ozu tra svi lip srp kol ruj lis stu pro"),
    "hu": Language(
        "jan feb márc|marc ápr|apr máj|maj jún|jun júl|jul aug szept okt nov dec",
        tail="[^0-9]{0,7}",
    ),
    "it": Language("gen feb mar apr mag giu lug ago set ott nov dic"),
    "lt": Language(
        "sau vas kov bal geg bir lie rugp|rgp rugs|rgs spa|spl lap gru|grd",
        before=_NO_LETTER,
        tail="[^0-9]*",
    ),
    "lv": Language("janv febr marts apr maijs jūn|jun jūl|jul aug sept okt nov dec"),
    "nl": Language("jan feb maa|mrt apr mei jun jul aug sep okt nov dec"),
    "no": Language("jan feb mar apr mai jun jul aug sep okt nov des"),
    "pl": Language(
        "sty lut mar kwi maj cze lip sie wrz paź|paz lis gru",
        before=_NO_LETTER,
        tail="[^0-9]{0,9}",
        end="[^0-9]*",
    ),
    "pt": Language("jan fev mar abr mai jun jul ago set out nov dez"),
    "ro": Language("ian feb mar apr mai iun iul aug sep oct noi|nov dec", tail="[^0-9]{0,7}"),
    "roman": Language(
        "i ii iii iv v vi vii viii ix x xi xii",
        before="[^0-9]*[^XVIxvi]",
        tail="",
        after="[^XVIxvi][^0-9]*",
        forms="lu",
    ),
    "sk": Language("jan feb mar apr máj|maj jún|jun júl|jul aug sep okt nov dec"),
    "sl": Language("jan feb mar apr maj jun jul avg sep okt nov dec"),
    "sv": _DANISH,
}

HINDI = "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"


def numbers(months: str) -> dict[str, int]:
    """Each spelling, in lower case, with its month's number."""
    return {
        # Lower case again: some capitals with accents have no single small letter.
        form: number
        for number, spellings in enumerate(months.split(), 1)
        for spelling in spellings.split("|")
        for form in (spelling, spelling.upper().lower())
    }


_CASES: dict[str, Callable[[str], str]] = {"l": str.lower, "u": str.upper, "c": str.capitalize}


def choices(language: Language, months: str) -> str:
    """A pattern of the spellings in the cases the language allows, longest first."""
    spellings = list(numbers(months))
    if language.forms == "i":
        return f"(?i:{'|'.join(spellings)})"
    cases = [_CASES[form] for form in language.forms]
    found = [case(spelling) for spelling in spellings for case in cases]
    return "|".join(sorted(dict.fromkeys(found), key=len, reverse=True))
