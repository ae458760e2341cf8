"""What is known of the entities of the dataset → their descriptions, each entity described once.

Source: data model, section 6.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Description, Statements
from pfocr_ld.lexicons import known_lexicons, tier_labels
from pfocr_ld.mapping.entities import PACKED_END, EntityPart, Fact, publisher_term
from pfocr_ld.terms import TYPE, Term, Triple, iri, iri_of, literal
from pfocr_ld.vocabulary import DCTERMS, FAMILIES, ORGANISMS, PFOCR, RDFS, SCHEMA, SKOS, identifier_iri

_NAME, _IDENTIFIER, _SAME_AS = iri(SCHEMA.name), iri(SCHEMA.identifier), iri(SCHEMA.sameAs)
_ALTERNATE_NAME, _PUBLISHER = iri(SCHEMA.alternateName), iri(SCHEMA.publisher)
_LABEL, _DC_IDENTIFIER = iri(RDFS.label), iri(DCTERMS.identifier)
_GENE, _TAXON, _FAMILY = iri(SCHEMA.Gene), iri(SCHEMA.Taxon), iri(PFOCR.GeneFamily)
_ORGANISM, _GROUP, _MEMBER = iri(PFOCR.organism), iri(PFOCR.organismGroup), iri(PFOCR.member)
_CLOSE_MATCH, _PREF_LABEL = iri(SKOS.closeMatch), iri(SKOS.prefLabel)
_LEXICON, _TIER_CLASS, _TIER = iri(PFOCR.Lexicon), iri(PFOCR.Tier), iri(PFOCR.tier)
_TERM_CLASSES = {"chebi": iri(SCHEMA.ChemicalSubstance), "doid": iri(SCHEMA.MedicalCondition)}

Facts = Sequence[Sequence[str]]
"""Facts of one kind about one subject, without their kind."""


def _label(subject: Term, name: Term, identifier: Term) -> Iterator[Triple]:
    """Say what generic browsers look for: one label and one identifier."""
    yield subject, _LABEL, name
    yield subject, _DC_IDENTIFIER, identifier


def _first(names: Iterable[str]) -> str:
    found = [name for name in names if name]
    return found[0] if len(found) == 1 else min(found, default="")


def _describe_gene(gene: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    curie = literal(f"ncbigene:{facts[0][0]}")
    yield gene, TYPE, _GENE
    yield gene, _IDENTIFIER, curie
    for _, symbol, organism_id, hgnc_symbol in facts:
        if symbol:
            yield gene, _NAME, literal(symbol)
        if organism_id:
            yield gene, _ORGANISM, iri(identifier_iri("taxonomy", organism_id))
        if hgnc_symbol:
            yield gene, _SAME_AS, iri(identifier_iri("hgnc.symbol", hgnc_symbol))
    symbol = _first(fact[1] for fact in facts)
    yield from _label(gene, literal(symbol) if symbol else curie, curie)


def _describe_family(family: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    term, organism_id, *members = facts[0]
    yield family, TYPE, _FAMILY
    if term:
        yield family, _NAME, literal(term)
    if organism_id:
        yield family, _ORGANISM, iri(identifier_iri("taxonomy", organism_id))
    for member in members:
        yield family, _MEMBER, iri(identifier_iri("ncbigene", member))
    name = f"{term} family" if term else "family without a name"
    yield from _label(family, literal(name), literal(iri_of(family).removeprefix(FAMILIES)))


def _describe_term(entity: Term, facts: Facts, word: str) -> Iterator[Triple]:
    """Name a term as well as anybody does: by its name, or else what was matched,
    or else the commonest word.
    """
    prefix, local, *_ = facts[0]
    curie = literal(f"{prefix}:{local}")
    yield entity, _IDENTIFIER, curie
    for fact in facts:
        yield entity, TYPE, _TERM_CLASSES[fact[2]]
    names = {fact[3] for fact in facts} - {""} or {fact[4] for fact in facts} - {""}
    for name in names:
        yield entity, _NAME, literal(name)
    label = _first(names)
    if not label and word:
        label = word
        yield entity, _ALTERNATE_NAME, literal(label)
    yield from _label(entity, literal(label) if label else curie, curie)


def _describe_close_matches(entity: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    for _, other, other_id in facts:
        yield entity, _CLOSE_MATCH, iri(identifier_iri(other, other_id))


def _describe_taxon(organism: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    yield organism, TYPE, _TAXON
    taxon_id = _first(fact[1] for fact in facts)
    page = iri_of(organism).removeprefix(ORGANISMS).removesuffix(".html")
    identifier = literal(f"taxonomy:{taxon_id}" if taxon_id else page)
    if taxon_id:
        yield organism, _IDENTIFIER, identifier
    for _, _, name, group in facts:
        if name:
            yield organism, _NAME, literal(name)
        if group:
            yield organism, _GROUP, literal(group)
    name = _first(fact[2] for fact in facts)
    yield from _label(organism, literal(name) if name else identifier, identifier)


def _describe_lexicon(lexicon: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    ((name,),) = facts
    known = known_lexicons().get(name)
    label = known.label if known else literal(name)
    yield lexicon, TYPE, _LEXICON
    yield lexicon, _PREF_LABEL, label
    if known:
        yield lexicon, _TIER, known.tier
    yield from _label(lexicon, label, literal(name))


def _describe_tier(tier: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    ((name,),) = facts
    label = tier_labels()[name]
    yield tier, TYPE, _TIER_CLASS
    yield tier, _PREF_LABEL, label
    yield from _label(tier, label, literal(name))


def _describe_journal(journal: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    yield journal, TYPE, iri(SCHEMA.Periodical)
    for title, abbreviation, publisher in facts:
        if title:
            yield journal, _NAME, literal(title)
        if abbreviation:
            yield journal, _ALTERNATE_NAME, literal(abbreviation)
        if publisher:
            yield journal, _PUBLISHER, publisher_term(publisher)
    title, abbreviation, publisher = (_first(fact[place] for fact in facts) for place in range(3))
    name = title or abbreviation or f"journal of {publisher}"
    yield from _label(journal, literal(name), literal(abbreviation or name))


def _give_triples(subject: Term, facts: Facts, _word: str) -> Iterator[Triple]:
    for _, predicate, value in facts:
        yield subject, Term(predicate), Term(value)


_DESCRIPTIONS: dict[str, Callable[[Term, Facts, str], Iterator[Triple]]] = {
    "gene": _describe_gene,
    "family": _describe_family,
    "term": _describe_term,
    "close": _describe_close_matches,
    "taxon": _describe_taxon,
    "lexicon": _describe_lexicon,
    "tier": _describe_tier,
    "journal": _describe_journal,
    "triple": _give_triples,
}


def describe_entities(part: EntityPart) -> Iterator[Description]:
    """Yield the description of one entity after another.

    The type comes first, then the predicates and objects in the order of their texts.
    """
    split = [packed.partition(PACKED_END) for packed in part.facts]
    for packed_subject, of_subject in groupby(split, itemgetter(0)):
        subject = Term(packed_subject.decode("utf-8", "surrogatepass"))
        facts: list[Fact] = [marshal.loads(packed) for _, _, packed in of_subject]  # noqa: S302 - packed here
        yield _describe_plain_gene(subject, facts) or _describe_entity(subject, facts, part.words)


def _describe_entity(subject: Term, facts: Iterable[Fact], words: Mapping[str, str]) -> Description:
    by_kind: dict[str, list[Sequence[str]]] = {}
    for kind, *fact in facts:
        by_kind.setdefault(kind, []).append(fact)
    said: dict[Term, set[Term]] = {TYPE: set()}
    for kind, of_kind in by_kind.items():
        word = words.get(":".join(of_kind[0][:2]), "") if kind == "term" else ""
        for _, predicate, value in _DESCRIPTIONS[kind](subject, of_kind, word):
            if predicate in said:
                said[predicate].add(value)
            else:
                said[predicate] = {value}
    types = said.pop(TYPE)
    ordered = [(predicate, sorted(values)) for predicate, values in sorted(said.items())]
    return subject, Statements([(TYPE, sorted(types)), *ordered] if types else ordered), ()


def _describe_plain_gene(gene: Term, facts: Sequence[Fact]) -> Description | None:
    """Return the description of a gene of which no two figures say different things, nearly every gene: what
    :func:`_describe_gene` says of it, of which thousands of genes share all but the names.
    """
    kind, gene_id, *says = facts[0]
    if kind != "gene":
        return None
    symbol, organism_id, hgnc_symbol = says
    for _, _, *others in facts[1:]:
        hgnc_symbol = hgnc_symbol or others[-1]
        if others[:2] != says[:2] or others[2] not in ("", hgnc_symbol):
            return None
    if not symbol or (hgnc_symbol and not (hgnc_symbol.isascii() and hgnc_symbol.isalnum())):
        return None
    curie, name = Term(f'"ncbigene:{gene_id}"'), literal(symbol)
    same = (hgnc_symbol,) if hgnc_symbol else ()
    return gene, _statements_of_gene(organism_id, bool(hgnc_symbol)), (curie, curie, name, *same, name)


@lru_cache(maxsize=256)
def _statements_of_gene(organism_id: str, has_hgnc_symbol: bool) -> Statements:
    organism = [iri(identifier_iri("taxonomy", organism_id))] if organism_id else []
    same = [iri(identifier_iri("hgnc.symbol", NAME_HOLE))] if has_hgnc_symbol else []
    holes = [TEXT_HOLE]
    groups = {_DC_IDENTIFIER: holes, _IDENTIFIER: holes, _NAME: holes, _SAME_AS: same, _LABEL: holes}
    said = sorted({**groups, _ORGANISM: organism}.items())
    return Statements([(TYPE, [_GENE]), *[(predicate, values) for predicate, values in said if values]])
