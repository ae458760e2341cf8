"""How words are written: what two spellings share, how a word became a term, and what a text holds.

Nothing here knows of genes, and nothing has a state. A word of letters and digits of ASCII alone, which most
are, needs no expression to be searched for them: every function here is called for each row of a release.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator
from itertools import filterfalse
from typing import Literal, NamedTuple

ReadingKind = Literal["exact", "normalized", "part", "expanded", "substituted"]

SHORT = 4
"""Fewer letters and digits than these are compared with their case."""

# Letters that look Latin and are not, by what they look like; accents are left as they are.
_LOOK_ALIKES = dict(
    zip(
        "АВЕЅЗІЈКМНОРСТХҮаеѕіјкорсухԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "ABES3IJKMHOPCTXYaesijkopcyxdhABEZHIKMNOPTYX",
        strict=True,
    )
)
_GREEK = {
    "α": "a", "β": "b", "ß": "b", "ϐ": "b", "γ": "g", "δ": "d", "Δ": "d", "∆": "d", "Γ": "g",
    "κ": "k", "ϰ": "k",
    "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta", "λ": "lambda",
    "μ": "mu", "µ": "mu",
    "ω": "omega", "Ω": "omega", "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi",
}  # fmt: skip
_CHARACTERS = _LOOK_ALIKES | _GREEK
_CHARACTER = re.compile(f"[{''.join(_CHARACTERS)}]")  # found ten times as fast as a whole text is translated
_GREEK_NAME = re.compile("alpha|beta|gamma|delta|kappa", re.IGNORECASE)
_RUN = re.compile(r"[^\W_]+")
_COMPOUND = re.compile(r"[^\W_]+(?:[^\w\s]{1,2}[^\W_]+|_[^\W_]+)*")
_LOOSE_SEPARATOR = re.compile(r"[-\s.:_‐‑–]*")  # within a name, unlike "/", "," and brackets
_RANGE = re.compile(r"([^\W\d_].*?)(\d+)\s*[-–~]\s*\D{0,6}?(\d+)")
_PUNCTUATION = ".,;:()[]"
_LONGEST_COMPOUND = 6
_LONGEST_WORD = 200
"""Letters beyond which nothing is a name or a list of names: a search in them would take time for nothing."""
LONGEST_TEXT = 100_000
"""Letters of a record's texts that are searched for names; those of 29 real records have 1,133 in
the median, 2,849 at most.
"""


def plain_letters(text: str) -> str:
    """Return a text with look-alikes and Greek letters, and the names of five of them, as Latin letters."""
    if not text.isascii():
        text = _CHARACTER.sub(lambda match: _CHARACTERS[match.group()], text)
    lower = text.lower()  # a search without regard to case takes ten times as long
    if "alpha" in lower or "beta" in lower or "gamma" in lower or "delta" in lower or "kappa" in lower:
        text = _GREEK_NAME.sub(lambda match: match.group()[0].lower(), text)
    return text


def small_letters(text: str) -> str:
    """Return a text in small letters, each whatever stands around it, and one for one."""
    if text.isascii():
        return text.lower()
    return (
        text.replace("\u0130", "I").lower().replace("\u03c2", "\u03c3")
    )  # the capital I with a dot; a last sigma


def letters_of(text: str) -> str:
    """Return the letters and digits of a text alone, with case, in Latin letters."""
    plain = plain_letters(text)
    return plain if plain.isalnum() else "".join(_RUN.findall(plain))


def letters_of_all(texts: Collection[str]) -> list[str]:
    """Return what :func:`letters_of` does of each text, in less time."""
    plain = plain_letters("\n".join(texts)).split("\n")
    if len(plain) > len(texts):
        return list(map(letters_of, texts))
    return [part if part.isalnum() else "".join(_RUN.findall(part)) for part in plain[: len(texts)]]


class Written(NamedTuple):
    """How a word became a term."""

    kind: ReadingKind
    form: str
    """The letters of the word that stand for the term, as the figure writes them."""


def compare_word(word: str, term: str) -> Written:
    """Return how a figure's word became a term, the first kind that holds (data model, section 5).

    :param term: the matched term; where it is empty, the source names none, and the word itself is the term.
    """
    whole = letters_of(word)
    if word == term or not term:
        return Written("exact", whole)
    wanted = _singular(letters_of(term))
    if _singular(whole) == wanted:
        return Written("normalized", whole)
    if not wanted:
        return Written("substituted", whole)
    plain = plain_letters(word)
    runs = [(match.start(), match.end(), match.group()) for match in _RUN.finditer(plain)]
    for form in _parts(plain, runs):
        if _singular(form) == wanted:
            return Written("part", form)
    if len(plain) <= _LONGEST_WORD and _is_expansion(plain, [run.lower() for _, _, run in runs], wanted):
        return Written("expanded", letters_of(term))
    return Written("substituted", whole)


def _singular(letters: str) -> str:
    """Return letters in lower case without the s of a plural (``JNKs``, ``Fatty Acids``)."""
    lower = letters.lower()
    return lower[:-1] if len(lower) > SHORT - 1 and lower[-1] == "s" and lower[-2] != "s" else lower


def _parts(word: str, runs: list[tuple[int, int, str]]) -> Iterator[str]:
    """Yield what stands between separators, and neighbours with nothing but a
    hyphen, dot or space between.
    """
    for first, (_, end, form) in enumerate(runs[:50]):
        yield form
        for start, next_end, run in runs[first + 1 : first + _LONGEST_COMPOUND]:
            if not _LOOSE_SEPARATOR.fullmatch(word, end, start):
                break
            form, end = form + run, next_end
            yield form


def _is_expansion(word: str, runs: list[str], wanted: str) -> bool:
    """Return whether a list (``RS1/2``) or a range (``JNK1-3``) stands for the term."""
    for last in range(1, min(len(runs), 12)):
        item = runs[last]
        if not wanted.endswith(item) or len(item) > 3:
            continue
        stem = wanted[: -len(item)]
        if len(stem) < 2:
            continue
        for first in range(last):
            for end in range(first + 1, min(first + 3, last) + 1):
                base = "".join(runs[first:end])
                if base.startswith(stem) and _are_alike(base[len(stem) :], item):
                    return True
    for match in _RANGE.finditer(word):
        stem = letters_of(match.group(1)).lower()
        number = wanted.removeprefix(stem)
        if number != wanted and number.isdecimal() and len(number) < 4:
            low, high = int(match.group(2)[:4]), int(match.group(3)[:4])
            if low <= int(number) <= high:
                return True
    return False


def _are_alike(replaced: str, item: str) -> bool:
    """Return whether both are short, and numbers, or letters."""
    return 0 < len(replaced) < 4 and replaced.isdecimal() == item.isdecimal()


class WantedName(NamedTuple):
    """A name to look for in a text; one that says nothing stands in none."""

    form: str
    """Its letters and digits in small letters."""
    spellings: tuple[str, ...]
    """Where its case matters, those of :attr:`Text.spellings` that are the name."""
    runs: tuple[str, ...]
    """What a name of several words consists of, in small letters."""


class Text:
    """What a text holds, ready to be asked for names."""

    __slots__ = ("_ordered", "_plain", "_spellings", "forms")

    def __init__(self, plain: str) -> None:
        """Take a text of plain letters apart."""
        if _may_hold_long_word(plain):
            plain = " ".join([token for token in plain.split() if len(token) <= _LONGEST_WORD])
        words, together = _take_apart(set(small_letters(plain).split()))
        self.forms = words | together
        """In small letters each word, and what neighbours in a compound make together."""
        # Few texts are asked for more: it takes a name that the forms hold.
        self._plain = plain
        self._spellings: set[str] = set()
        self._ordered = ""

    @property
    def spellings(self) -> set[str]:
        """As written each word, and what neighbours in a compound make together where that is short; and
        ``~BMX`` for a word of three characters that is like a symbol.
        """
        if not self._spellings:
            words, together = _take_apart(set(self._plain.split()))
            self._spellings = words.union(form for form in together if len(form) < SHORT)
            self._spellings.update(["~" + word.upper() for word in words if _is_like_a_symbol(word)])
        return self._spellings

    @property
    def ordered(self) -> str:
        """All words in their order, in small letters, with a space before and after each."""
        if not self._ordered:
            self._ordered = f" {' '.join(_RUN.findall(small_letters(self._plain)))} "
        return self._ordered

    def holds(self, name: WantedName) -> bool:
        """Return whether a name stands in the text."""
        form, spellings, runs = name
        if form in self.forms and not (spellings and self.spellings.isdisjoint(spellings)):
            return True
        return bool(runs) and self.forms.issuperset(runs) and f" {' '.join(runs)} " in self.ordered

    def find(self, names: Collection[str], ordinary: Container[str] = ()) -> set[str]:
        """Return those of the names that stand in the text.

        :param ordinary: as :func:`prepare_name` takes it.
        """
        forms = small_letters("\n".join(letters_of_all(names))).split("\n")
        # Few need a closer look: those of several words, and what the text has in some spelling.
        near = [
            name for name, form in zip(names, forms, strict=False) if form in self.forms or not name.isalnum()
        ]
        return {name for name in near if self.holds(prepare_name(name, ordinary))}


def _may_hold_long_word(text: str) -> bool:
    """Return whether some part of a text is without a space that a word of more than :data:`_LONGEST_WORD`
    letters would have to cover.
    """
    part = _LONGEST_WORD // 2
    return not all(" " in text[start : start + part] for start in range(0, len(text) - part, part))


def read_text(texts: Iterable[str]) -> Text:
    """Return the tokens of a record's texts: whole (``IL-6`` as ``IL6``) and in parts
    between hyphens and the like.

    Of all the texts together the first :data:`LONGEST_TEXT` letters are read.
    """
    return Text(plain_letters(" ".join(texts)[:LONGEST_TEXT]))


def _take_apart(tokens: set[str]) -> tuple[set[str], set[str]]:
    """Return the words of what stands between spaces, and what neighbours in a compound make together."""
    odd = list(filterfalse(str.isalnum, tokens))
    words = tokens.difference(odd)
    inside = [token.strip(_PUNCTUATION) for token in odd]
    words.update(filter(str.isalnum, inside))  # most are words of a sentence
    together: set[str] = set()
    for compound in _COMPOUND.findall(" ".join(filterfalse(str.isalnum, inside))):
        if compound.isalnum():
            words.add(compound)
            continue
        runs = _RUN.findall(compound)
        words.update(runs)
        for first, form in enumerate(runs):
            for run in runs[first + 1 : first + _LONGEST_COMPOUND]:
                form += run
                together.add(form)
    return words, together


def _is_like_a_symbol(word: str) -> bool:
    """Return whether a word of three characters is no word of a sentence: ``Bmx`` and
    ``BMX`` are one, ``bmx`` not.
    """
    return len(word) == 3 and not word.islower()


def prepare_name(name: str, ordinary: Container[str] = ()) -> WantedName:
    """Return a name ready to be looked for.

    :param ordinary: words that say nothing: such a name is found only where it stands in
        capitals, as a symbol does.
    """
    plain = plain_letters(name)
    runs = [plain] if plain.isalnum() else _RUN.findall(plain)
    letters = "".join(runs)
    form = small_letters(letters)
    several = tuple(map(small_letters, runs)) if len(runs) > 1 and len(letters) >= SHORT else ()
    if form in ordinary:
        return WantedName(form, (letters,), several) if letters.isupper() else WantedName("", (), several)
    if len(letters) >= SHORT:
        return WantedName(form, (), several)
    spellings = (letters, "~" + letters.upper()) if _is_like_a_symbol(letters) else (letters,)
    return WantedName(form, spellings, several)
