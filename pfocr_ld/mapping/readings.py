"""Rows of a figure → readings, and the nodes that each is written as (data model, section 4).

A reading is what a word was read as in one organism: the rows of one word, matched term, lexicon and
organism. It is one node, named by these four alone, so that it keeps its name whatever a later release
says of its genes. Rows that one node could not give back (they stand a different number of times, or a
cell of theirs is not what their gene or organism says) get nodes of their own; the one with most rows
keeps the reading's name.

The same rows stand in many figures, and what follows from them alone is kept for the next one, up to a bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pfocr_ld.confidence import PreparedReading, ReadingInput, prepare_reading
from pfocr_ld.lexicons import lexicon_term, tier_of
from pfocr_ld.mapping.entities import HUMAN
from pfocr_ld.model import ORGANISM_COLUMNS, TERM_TABLES, ExtraValues, GeneMention, TermMention
from pfocr_ld.terms import TYPE, Term, integer, iri, literal
from pfocr_ld.vocabulary import PFOCR, digest, encode, family_iri, field_iri, identifier_iri

_WORD, _MATCHED_TERM, _LEXICON = iri(PFOCR.word), iri(PFOCR.matchedTerm), iri(PFOCR.lexicon)
_ENTITY, _OCCURRENCES = iri(PFOCR.entity), iri(PFOCR.occurrences)

Statements = list[tuple[Term, Term]]
"""Predicates and objects."""


class Kind(NamedTuple):
    """Genes, chemicals or diseases."""

    name: str
    other: str
    """The prefix of the identifiers of terms that there are besides those of MeSH; empty for genes."""
    mention: Term
    word_of_figure: Term


GENES = Kind("gene", "", iri(PFOCR.GeneMention), iri(PFOCR.geneWord))
CHEMICALS = Kind("chemical", TERM_TABLES["chemicals"], iri(PFOCR.ChemicalMention), iri(PFOCR.chemicalWord))
DISEASES = Kind("disease", TERM_TABLES["diseases"], iri(PFOCR.DiseaseMention), iri(PFOCR.diseaseWord))


_TYPES = {kind.name: (TYPE, kind.mention) for kind in (GENES, CHEMICALS, DISEASES)}
_OCCURRENCES_OF = [(_OCCURRENCES, integer(number)) for number in range(256)]  # nearly every count there is
_NCBIGENE = identifier_iri("ncbigene", "")


class ReadingNode(NamedTuple):
    """A mention but for its figure: rows of a reading that one node gives back."""

    fragment: str
    """The end of the mention's IRI, with its ``#``."""
    word: Term | None
    """The word as a text, where there is one."""
    ids: tuple[str, ...]
    """NCBI Gene ids; of a term its MeSH id and its other id, either of which may be empty."""
    entities: tuple[Term, ...]
    """What it stands for; the family where it is one."""
    head: Statements
    """What it says of the reading and of the entities."""
    tail: Statements
    """How often each of the rows stands, and the cells that the mention has to say itself."""


class Reading(NamedTuple):
    """What a word was read as in one organism."""

    kind: Kind
    prepared: PreparedReading
    """What its confidence depends on."""
    is_family: bool
    meanings: tuple[str, ...]
    """What counts as one candidate each: the entities' ids, or the family as a whole."""
    word: Term | None
    """The word as a text, where there is one."""
    nodes: tuple[ReadingNode, ...]
    place: tuple[str, str, str]
    """What its candidates are shared with: its organism and word; rows without a word share nothing."""

    @property
    def input(self) -> ReadingInput:
        """What was read."""
        return self.prepared.input


class TaxonNames(NamedTuple):
    """What a figure's rows and its source say of an organism."""

    names: set[str]
    groups: set[str]


def read_genes(
    genes: Sequence[GeneMention], inline: bool, taxa: Mapping[str, TaxonNames]
) -> Iterator[Reading]:
    """Yield the readings of a figure's gene rows, in the order of their first rows.

    :param inline: the rows stand in the record: their genes are human, and have HGNC symbols.
    :param taxa: what will be said of each organism, by its taxon id.
    """
    conflicts = _find_conflicts(genes)
    unsaid = set() if inline else _find_unsaid(genes, taxa)
    readings: dict[tuple[str, str, str, str], list[GeneMention]] = {}
    odd: set[tuple[str, str, str, str]] = set()
    for row in genes:
        word, matched_term, lexicon, _, gene_id, organism_id, name, group, extra, _ = row
        key = (word, matched_term, lexicon, organism_id)
        rows = readings.get(key)
        if rows is None:
            readings[key] = [row]
        else:
            rows.append(row)
        if extra or not gene_id or gene_id in conflicts or (unsaid and (organism_id, name, group) in unsaid):
            odd.add(key)
    for key, rows in readings.items():
        if key in odd:
            yield _reading_of_genes(rows, inline, conflicts, taxa)
        elif len(rows) == 1:
            yield _reading_of_one_gene(rows[0], inline)
        else:
            yield _plain_reading(tuple(rows), inline)


@lru_cache(maxsize=1 << 12)
def _reading_of_one_gene(row: GeneMention, inline: bool) -> Reading:
    """Return the reading of a row that its gene and organism give back; families of one are families, too."""
    word, matched_term, lexicon, symbol, gene, organism_id, latin, _, _, occurrences = row
    if tier_of(lexicon) == "family":
        return _reading_of_genes([row], inline)
    key = (word, matched_term, lexicon, HUMAN if inline else organism_id)
    genes = (gene,)
    entities = (iri(_NCBIGENE + encode(gene)),)
    node = _node(GENES, digest(key), key, genes, entities, occurrences, ())
    names = (symbol,) if symbol else ()
    told = prepare_reading(ReadingInput("gene", *key, genes, names, latin))
    return Reading(GENES, told, False, genes, node.word, (node,), _place(*key))


def _place(word: str, matched_term: str, _lexicon: str, organism: str) -> tuple[str, str, str]:
    return organism, word, "" if word else matched_term


@lru_cache(maxsize=1 << 11)
def _plain_reading(rows: tuple[GeneMention, ...], inline: bool) -> Reading:
    """Return the reading of rows that their genes and organism give back."""
    return _reading_of_genes(rows, inline)


class _Group(NamedTuple):
    """What the rows of one node have in common."""

    has_entity: bool
    fields: ExtraValues
    extra: ExtraValues
    occurrences: int


def _reading_of_genes(
    rows: Sequence[GeneMention],
    inline: bool,
    conflicts: Collection[str] = (),
    taxa: Mapping[str, TaxonNames] | None = None,
) -> Reading:
    """Return the reading of rows that have their key in common.

    :param taxa: what is said of their organism; without it the organism gives all their cells back.
    """
    groups: dict[_Group, list[GeneMention]] = {}
    for row in rows:
        fields = _cells_of_gene(row, inline) if not row.gene_id or row.gene_id in conflicts else ()
        if taxa is not None and not inline:
            fields += _cells_of_organism(row, taxa)
        group = _Group(bool(row.gene_id), fields, row.extra, row.occurrences)
        groups.setdefault(group, []).append(row)
    word, matched_term, lexicon, _, _, organism_id, *_ = rows[0]
    key = (word, matched_term, lexicon, HUMAN if inline else organism_id)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), not item[0].has_entity, item[0]))
    is_family = tier_of(lexicon) == "family"
    nodes = []
    for place, (group, of_group) in enumerate(ordered):
        genes = tuple(sorted({row.gene_id for row in of_group if row.gene_id}))
        if is_family and genes:
            entities: tuple[Term, ...] = (iri(family_iri(matched_term, key[3], genes)),)
        else:
            entities = tuple([iri(_NCBIGENE + encode(gene)) for gene in genes])
        apart = (str(group.occurrences), str(group.has_entity), *_flat(group.fields), *_flat(group.extra))
        name = digest((*key, *apart) if place else key)
        fields = (*group.fields, *group.extra)
        nodes.append(_node(GENES, name, key, genes, entities, group.occurrences, fields))
    genes = tuple(dict.fromkeys(row.gene_id for row in rows if row.gene_id))
    symbols = tuple(dict.fromkeys(row.symbol for row in rows if row.symbol))
    latin = "" if inline else max(row.organism_name for row in rows)
    return Reading(
        GENES,
        prepare_reading(ReadingInput(GENES.name, *key, genes, symbols, latin)),
        is_family,
        (f"family {matched_term}",) if is_family and genes else genes,
        nodes[0].word,
        tuple(nodes),
        _place(*key),
    )


def _node(
    kind: Kind,
    name: str,
    key: Sequence[str],
    ids: tuple[str, ...],
    entities: tuple[Term, ...],
    occurrences: int,
    fields: ExtraValues,
) -> ReadingNode:
    text = literal(key[0]) if key[0] else None
    head = [_TYPES[kind.name]]
    if text:
        head.append((_WORD, text))
    if key[1]:
        head.append((_MATCHED_TERM, text if text and key[1] == key[0] else literal(key[1])))
    if key[2]:
        head.append((_LEXICON, lexicon_term(key[2])))
    head += [(_ENTITY, entity) for entity in entities]
    tail = [_OCCURRENCES_OF[occurrences]] if occurrences < 256 else [(_OCCURRENCES, integer(occurrences))]
    if fields:
        tail += [(iri(field_iri(column)), literal(value)) for column, value in fields]
    return ReadingNode(f"#{kind.name}-{name}", text, ids, entities, head, tail)


def _find_conflicts(genes: Iterable[GeneMention]) -> set[str]:
    """Return the genes of which the figure's rows say different symbols or organisms."""
    says: dict[str, tuple[str, str]] = {}
    conflicts: set[str] = set()
    for _, _, _, symbol, gene_id, organism_id, _, _, _, _ in genes:
        of_gene = (symbol, organism_id)
        if gene_id and says.setdefault(gene_id, of_gene) != of_gene:
            conflicts.add(gene_id)
    return conflicts


def _cells_of_gene(row: GeneMention, inline: bool) -> ExtraValues:
    """Return the cells that a gene cannot give back.

    In a conflict an empty cell is written, too, so that what is on the mention counts
    before what is on the entity.
    """
    cells = [("hgnc_symbol" if inline else "ncbigene_symbol", row.symbol)]
    if not inline:
        cells.append((ORGANISM_COLUMNS[0], row.organism_id))
    return tuple(cell for cell in cells if row.gene_id or cell[1])


def _find_unsaid(genes: Iterable[GeneMention], taxa: Mapping[str, TaxonNames]) -> set[tuple[str, str, str]]:
    """Return the organism cells (id, name, group) of rows that the organism's
    description does not give back.
    """
    distinct = {(row.organism_id, row.organism_name, row.organism_group): row for row in genes}
    return {cells for cells, row in distinct.items() if _cells_of_organism(row, taxa)}


def _cells_of_organism(row: GeneMention, taxa: Mapping[str, TaxonNames]) -> ExtraValues:
    """Return the cells that an organism's description does not give back."""
    said = taxa.get(row.organism_id) or TaxonNames(set(), set())
    cells = zip(ORGANISM_COLUMNS[1:], (row.organism_name, row.organism_group), said, strict=True)
    return tuple((column, cell) for column, cell, values in cells if values != ({cell} if cell else set()))


def read_terms(rows: Sequence[TermMention], kind: Kind) -> Iterator[Reading]:
    """Yield the readings of a figure's chemical or disease rows, in the order of their first rows.

    Rows that pair identifiers differently are nodes of their own.
    """
    names: dict[str, str] = {}
    conflicts = {row.other_id for row in rows if names.setdefault(row.other_id, row.name) != row.name}
    readings: dict[tuple[str, str, str], list[TermMention]] = {}
    for row in rows:
        lexicon = row.lexicon or (kind.other if row.other_id else "")
        readings.setdefault((row.word, row.matched_term, lexicon), []).append(row)
    for key, of_key in readings.items():
        yield _reading_of_terms(key, of_key, kind, conflicts)


def _reading_of_terms(
    key: tuple[str, str, str], rows: list[TermMention], kind: Kind, conflicts: Iterable[str]
) -> Reading:
    rows.sort(key=lambda row: (-row.occurrences, not (row.mesh_id or row.other_id), row))
    nodes = []
    for place, row in enumerate(rows):
        # The name is that of the other entity; where a row gives it none, another row or figure may.
        is_lost = not row.name or row.other_id in conflicts if row.other_id else bool(row.name)
        fields = ((("name", row.name),) if is_lost else ()) + row.extra
        apart = (row.mesh_id, row.other_id, row.name, *_flat(row.extra))
        name = digest((*key, "", *apart) if place else (*key, ""))
        ids = (row.mesh_id, row.other_id)
        pairs = zip(("mesh", kind.other), ids, strict=True)
        entities = tuple(iri(identifier_iri(prefix, local)) for prefix, local in pairs if local)
        nodes.append(_node(kind, name, key, ids, entities, row.occurrences, fields))
    terms = tuple(dict.fromkeys(row.mesh_id or row.other_id for row in rows if row.mesh_id or row.other_id))
    known = tuple(dict.fromkeys(row.name or row.matched_term for row in rows if row.name or row.matched_term))
    return Reading(
        kind,
        prepare_reading(ReadingInput(kind.name, *key, "", terms, known)),
        is_family=False,
        meanings=terms,
        word=nodes[0].word,
        nodes=tuple(nodes),
        place=_place(*key, ""),
    )


def _flat(extra: ExtraValues) -> Iterator[str]:
    return (text for pair in extra for text in pair)
