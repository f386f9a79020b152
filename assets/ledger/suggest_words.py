"""What an account's name means, in meanings that Danish, English and Swedish share.

`suggest_word.csv` names the words of each meaning, phrases with an underscore.
Danish compounds are taken apart into words it knows: bilforsikring is bil and
forsikring. A word it does not know is its own meaning, marked with a question mark.

Belongs here: the vocabulary. Does not: comparing accounts (`suggest`).
"""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("suggest_word.csv")
_NOISE = frozenset({
    "af", "og", "i", "på", "til", "for", "the", "of", "and", "on", "in", "med", "m", "mv", "etc",
    "from", "by", "at", "a", "an", "fra", "vedr", "vedrørende", "ved", "hos", "som", "der", "er",
    "konto", "bidrag", "contribution", "pct", "procent", "herunder", "or", "to", "with", "inkl",
    "incl", "including", "att", "och", "av", "från", "kan", "form", "their", "that", "are", "u",
    "før", "till", "eller", "inom", "sverige", "annat", "land", "mm",
    "dkk", "kr", "stk", "nr", "tilhørende", "lignende", "similar", "modtagne", "received",
    "emission", "ekskl", "excluding", "purposes", "relating", "according", "efter", "udbetalte",
    "paid", "den", "det", "net", "beregnet", "hidrører", "normale", "overstiger", "opretholdes",
})  # fmt: skip
_AS_DANISH = str.maketrans("öä", "øæ")
"""SIE's letters (CP437) have no ø, so programs write ö; Swedish words are met either way."""

_ENDINGS = frozenset({"e", "en", "er", "et", "n", "ne", "r", "s", "t", "ene", "erne", "ernes"})
_LINKS = ("", "s", "e")
_SHORTEST = 3
"""Letters of the shortest word a compound is taken apart into; el and it are too common."""


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        for word in row["words"].translate(_AS_DANISH).split():
            found[word] = found.get(word, frozenset()) | frozenset(row["meaning"].split())
    return found


@cache
def _phrases() -> re.Pattern[str]:
    """Every phrase, longest first, so that the most telling one is taken."""
    phrases = sorted((w for w in _vocabulary() if "_" in w), key=lambda w: (-len(w), w))
    return re.compile(rf"(?<!\S)(?:{'|'.join(p.replace('_', ' ') for p in phrases)})(?!\S)")


@lru_cache(maxsize=1 << 16)
def plain(name: str) -> str:
    """A name in small letters without punctuation.

    >>> plain("Af- og nedskrivninger, CO2"), plain("Vareköb")
    ('af og nedskrivninger co2', 'varekøb')
    """
    text = re.sub(r"%[\s-]*eu", " ikke eu", name.lower()).translate(_AS_DANISH)
    return " ".join(re.split(r"[^a-zæøåéü0-9]+", text)).strip()


@lru_cache(maxsize=1 << 16)
def meanings(name: str) -> frozenset[str]:
    """What a name says; words without a known meaning stand with a question mark.

    >>> sorted(meanings("Bilforsikring")), sorted(meanings("Car insurance"))
    (['bil', 'forsikring'], ['bil', 'forsikring'])
    >>> sorted(meanings("Kvikskranke"))
    ['?kvikskranke']
    """
    text = _phrases().sub(lambda found: found.group().replace(" ", "_"), plain(name))
    said: set[str] = set()
    for token in text.split():
        if token not in _NOISE and not token.isdigit():
            said |= _of(token)
    return frozenset(said)


@lru_cache(maxsize=1 << 16)
def _of(token: str) -> frozenset[str]:
    known = _vocabulary().get(token)
    if known is not None:
        return known
    if not token.isalpha():
        return frozenset()
    return _parts(token) or frozenset({f"?{token}"})


def _parts(token: str) -> frozenset[str]:
    """The meanings of a compound or an inflected word; empty where a part is unknown."""
    for end in range(len(token), _SHORTEST - 1, -1):
        first = _vocabulary().get(token[:end])
        if not first:
            continue
        rest = token[end:]
        if not rest or rest in _ENDINGS:
            return first
        for link in _LINKS:
            if rest.startswith(link) and (more := _parts(rest[len(link) :])):
                return first | more
    return frozenset()
