"""What statements that came and went mean: figures, papers, genes and mentions added, removed or changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, RdfFormat, parse

from pfocr_ld.comparing.changes import Changes, Direction, FigureChange
from pfocr_ld.lexicons import known_lexicons, tier_of
from pfocr_ld.terms import TYPE, iri
from pfocr_ld.vocabulary import PFOCR, SCHEMA


def _terms(*iris: str) -> frozenset[bytes]:
    """Return IRIs as N-Triples terms, those of schema.org in both of its schemes."""
    both = {
        one for plain in iris for one in (plain, plain.replace("http://schema.org/", "https://schema.org/"))
    }
    return frozenset(iri(one).encode() for one in both)


_TYPE = TYPE.encode()
_LEXICON = iri(PFOCR.lexicon).encode()
_NAME = _terms(SCHEMA.name)
# What follows from the mentions, whose own changes are told.
_MENTION_LISTS = _terms(
    PFOCR.hasMention,
    SCHEMA.mentions,
    PFOCR.possiblyMentions,
    PFOCR.highestConfidence,
    PFOCR.geneWord,
    PFOCR.chemicalWord,
    PFOCR.diseaseWord,
    PFOCR.ambiguousWord,
)
_FIGURE = _terms(PFOCR.PathwayFigure)
_FIGURE_PARTS = _terms(PFOCR.OrganismMatch, SCHEMA.DefinedTerm)
_PAPER = _terms(SCHEMA.ScholarlyArticle)
_GENE = _terms(SCHEMA.Gene)
_MENTIONS = {
    "gene": _terms(PFOCR.GeneMention),
    "chemical": _terms(PFOCR.ChemicalMention),
    "disease": _terms(PFOCR.DiseaseMention),
}

_Statement = tuple[bytes, bytes]  # the predicate, and the object with all that follows it on the line


@dataclass
class _Subject:
    """The statements about one subject that came and went, and of all of them its classes and lexicons."""

    added: list[_Statement] = field(default_factory=list)
    removed: list[_Statement] = field(default_factory=list)
    old_classes: set[bytes] = field(default_factory=set)
    new_classes: set[bytes] = field(default_factory=set)
    lexicons: set[bytes] = field(default_factory=set)

    def direction(self, classes: frozenset[bytes]) -> Direction | None:
        """Return how the subject's being in one of ``classes`` changed, ``None``
        where it is in none of them.
        """
        was, now = not classes.isdisjoint(self.old_classes), not classes.isdisjoint(self.new_classes)
        if was and now:
            return "changed"
        return "added" if now else "removed" if was else None

    def names(self, direction: Direction) -> list[str]:
        """Return the sorted values of ``schema:name`` that came (or, with ``removed``, went)."""
        statements = self.removed if direction == "removed" else self.added
        lines = b"".join(b"<a:> %b %b\n" % (name, rest) for name, rest in statements if name in _NAME)
        values = (quad.object for quad in parse(lines, format=RdfFormat.N_QUADS)) if lines else ()
        return sorted({value.value for value in values if isinstance(value, Literal)})


def lexicon_tiers() -> dict[bytes, str]:
    """Return the lexicons of the ontology as N-Triples terms, and the name of the tier of each."""
    return {iri(PFOCR + name).encode(): tier_of(name) for name in known_lexicons()}


def read_changes(
    added: Iterable[bytes], removed: Iterable[bytes], unchanged: Iterable[bytes], tiers: Mapping[bytes, str]
) -> Changes:
    """Interpret all statements about some subjects, each a canonical N-Triples or N-Quads line.

    :param unchanged: at least what is said of the classes and lexicons of the subjects of the others.
    :param tiers: see :func:`lexicon_tiers`.
    """
    changes = Changes()
    subjects: defaultdict[bytes, _Subject] = defaultdict(_Subject)
    for line in added:
        subject, predicate, rest = line.split(b" ", 2)
        subjects[subject].added.append((predicate, rest))
        changes.statements["added"] += 1
    for line in removed:
        subject, predicate, rest = line.split(b" ", 2)
        subjects[subject].removed.append((predicate, rest))
        changes.statements["removed"] += 1
    for what in subjects.values():
        what.new_classes.update(_objects(what.added, _TYPE))
        what.old_classes.update(_objects(what.removed, _TYPE))
        what.lexicons.update(_objects(what.added, _LEXICON), _objects(what.removed, _LEXICON))
    for line in unchanged:
        subject, predicate, rest = line.split(b" ", 2)
        known = subjects.get(subject)
        if known is not None and predicate == _TYPE:
            known.old_classes.add(_first_object(rest))
            known.new_classes.add(_first_object(rest))
        elif known is not None and predicate == _LEXICON:
            known.lexicons.add(_first_object(rest))
    for subject, what in subjects.items():
        _interpret_subject(subject[1:-1].decode(), what, tiers, changes)
    return changes


def _objects(statements: Iterable[_Statement], predicate: bytes) -> Iterator[bytes]:
    return (_first_object(rest) for own, rest in statements if own == predicate)


def _first_object(rest: bytes) -> bytes:
    return rest[: rest.index(b" ")]


def _interpret_subject(iri: str, what: _Subject, tiers: Mapping[bytes, str], changes: Changes) -> None:
    for kind, classes in _MENTIONS.items():
        if direction := what.direction(classes):
            changes.mentions[kind, direction, _tier(what, tiers)] += 1
            changes.figures_changed.setdefault(_figure_of(iri), FigureChange()).mentions[direction] += 1
            return
    if direction := what.direction(_FIGURE):
        _interpret_figure(iri, what, direction, changes)
    elif direction := what.direction(_PAPER):
        if direction == "changed":
            changes.papers_changed[iri] = _properties(what)
        else:
            papers = changes.papers_added if direction == "added" else changes.papers_removed
            papers[iri] = "; ".join(what.names(direction))
    elif (direction := what.direction(_GENE)) in ("added", "removed"):
        genes = changes.genes_appeared if direction == "added" else changes.genes_vanished
        genes[iri] = ", ".join(what.names(direction))
    else:
        _interpret_other(iri, what, changes)


def _interpret_figure(iri: str, what: _Subject, direction: Direction, changes: Changes) -> None:
    if direction == "changed":
        change = changes.figures_changed.setdefault(iri, FigureChange())
        change.properties |= _properties(what)
    else:
        figures = changes.figures_added if direction == "added" else changes.figures_removed
        figures[iri] = "; ".join(what.names(direction))


def _interpret_other(iri: str, what: _Subject, changes: Changes) -> None:
    classes = sorted(what.old_classes | what.new_classes)
    direction = what.direction(frozenset(classes)) or "changed"
    changes.others[classes[0].decode()[1:-1] if classes else "", direction] += 1
    if not _FIGURE_PARTS.isdisjoint(classes):
        changes.figures_changed.setdefault(_figure_of(iri), FigureChange()).parts = True


def _tier(mention: _Subject, tiers: Mapping[bytes, str]) -> str:
    return min((tiers[lexicon] for lexicon in mention.lexicons if lexicon in tiers), default="none")


def _properties(what: _Subject) -> set[str]:
    predicates = {predicate for predicate, _ in (*what.added, *what.removed)}
    return {predicate[1:-1].decode() for predicate in predicates - _MENTION_LISTS}


def _figure_of(iri: str) -> str:
    """Return the figure of a mention: a part's IRI is the figure's, a fragment added (section 4)."""
    return iri.partition("#")[0]
