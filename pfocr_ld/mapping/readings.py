"""Rows of a figure → readings, and the nodes that each is written as (data model, section 4).

A reading is what a word was read as in one organism: the rows of one word, matched term, lexicon and
organism. It is one node, named by these four alone, so that it keeps its name whatever a later release
says of its genes. Rows that one node could not give back (they stand a different number of times, or a
cell of theirs is not what their gene or organism says) get nodes of their own; the one with most rows
keeps the reading's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pfocr_ld.confidence import PreparedReading, prepare_reading, read_word
from pfocr_ld.lexicons import tier_of
from pfocr_ld.model import ORGANISM_COLUMNS, TERM_TABLES, ExtraValues, GeneMention, TermMention
from pfocr_ld.organisms import HUMAN
from pfocr_ld.terms import Term, iri
from pfocr_ld.vocabulary import FAMILIES, PFOCR, digest, encode, family_iri, identifier_iri


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

_ONE_GENE: tuple[str, ...] = (identifier_iri("ncbigene", ""),)
_FAMILY: tuple[str, ...] = (FAMILIES,)
_Key = tuple[str, str, str, str]
"""Word, matched term, lexicon and organism."""

ReadingNode = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], int, ExtraValues]
"""A mention but for its figure, rows of a reading that one node gives back: the end of its IRI; the NCBI
Gene ids, or of a term its MeSH id and its other id, either of which may be empty; of what it stands for, a
family as a whole, the beginnings and the ends of the IRIs; how often each of the rows stands; the cells that
the mention has to say itself."""

Reading = tuple[PreparedReading, bool, tuple[str, ...], list[ReadingNode]]
"""What a word was read as in one organism: what its confidence depends on; whether it is a family; what
counts as one candidate each, the entities' ids or the family as a whole; its nodes."""


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
    readings: dict[_Key, list[GeneMention]] = {}
    odd: set[_Key] = set()
    for row in genes:
        word, matched_term, lexicon, _, gene_id, organism_id, name, group, extra, _ = row
        key = (word, matched_term, lexicon, organism_id)
        if key in readings:
            readings[key].append(row)
        else:
            readings[key] = [row]
        if extra or not gene_id or gene_id in conflicts or (unsaid and (organism_id, name, group) in unsaid):
            odd.add(key)
    for key, rows in readings.items():
        if key in odd or len({row[9] for row in rows}) > 1:
            yield _reading_of_genes(rows, inline, conflicts, taxa)
        else:
            yield _plain_reading(rows, HUMAN if inline else key[3])


def _plain_reading(rows: Sequence[GeneMention], organism: str) -> Reading:
    """Return the reading of rows that one node gives back: that of nearly every reading."""
    word, matched_term, lexicon, symbol, gene, _, latin, _, _, occurrences = rows[0]
    name = f"#gene-{digest((word, matched_term, lexicon, organism))}"
    genes: tuple[str, ...] = (gene,)
    symbols: tuple[str, ...] = (symbol,) if symbol else ()
    if len(rows) > 1:
        genes = tuple(dict.fromkeys([row[4] for row in rows]))
        symbols = tuple(dict.fromkeys([row[3] for row in rows if row[3]]))
        latin = max([row[6] for row in rows])
    written = read_word("gene", word, matched_term, lexicon)
    prepared = prepare_reading(written, organism, genes, symbols, latin)
    ids = tuple(sorted(set(genes)))
    if written.tier == "family":
        ends: tuple[str, ...] = (family_iri(matched_term, organism, ids).removeprefix(FAMILIES),)
        node: ReadingNode = (name, ids, _FAMILY, ends, occurrences, ())
        return prepared, True, (f"family {matched_term}",), [node]
    node = (name, ids, _ONE_GENE * len(ids), tuple(map(encode, ids)), occurrences, ())
    return prepared, False, genes, [node]


class _Group(NamedTuple):
    """What the rows of one node have in common."""

    has_entity: bool
    fields: ExtraValues
    extra: ExtraValues
    occurrences: int


def _reading_of_genes(
    rows: Sequence[GeneMention],
    inline: bool,
    conflicts: Collection[str],
    taxa: Mapping[str, TaxonNames],
) -> Reading:
    """Return the reading of rows that have their key in common."""
    groups: dict[_Group, list[GeneMention]] = {}
    for row in rows:
        fields = _cells_of_gene(row, inline) if not row.gene_id or row.gene_id in conflicts else ()
        if not inline:
            fields += _cells_of_organism(row, taxa)
        group = _Group(bool(row.gene_id), fields, row.extra, row.occurrences)
        groups.setdefault(group, []).append(row)
    word, matched_term, lexicon, _, _, organism_id, *_ = rows[0]
    organism = HUMAN if inline else organism_id
    key = (word, matched_term, lexicon, organism)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), not item[0].has_entity, item[0]))
    is_family = tier_of(lexicon) == "family"
    nodes: list[ReadingNode] = []
    ends: tuple[str, ...]
    for place, (group, of_group) in enumerate(ordered):
        genes = tuple(sorted({row.gene_id for row in of_group if row.gene_id}))
        if is_family and genes:
            starts, ends = _FAMILY, (family_iri(matched_term, organism, genes).removeprefix(FAMILIES),)
        else:
            starts, ends = _ONE_GENE * len(genes), tuple(map(encode, genes))
        apart = (str(group.occurrences), str(group.has_entity), *_flat(group.fields), *_flat(group.extra))
        name = digest((*key, *apart) if place else key)
        fields = (*group.fields, *group.extra)
        nodes.append((f"#gene-{name}", genes, starts, ends, group.occurrences, fields))
    genes = tuple(dict.fromkeys(row.gene_id for row in rows if row.gene_id))
    symbols = tuple(dict.fromkeys(row.symbol for row in rows if row.symbol))
    latin = "" if inline else max(row.organism_name for row in rows)
    return (
        prepare_reading(read_word("gene", word, matched_term, lexicon), organism, genes, symbols, latin),
        is_family,
        (f"family {matched_term}",) if is_family and genes else genes,
        nodes,
    )


def _find_conflicts(genes: Iterable[GeneMention]) -> set[str]:
    """Return the genes of which the figure's rows say different symbols or organisms."""
    says = {(row[4], row[3], row[5]) for row in genes}
    number = Counter([gene_id for gene_id, _, _ in says])
    return (
        {gene_id for gene_id, count in number.items() if count > 1 and gene_id}
        if len(number) < len(says)
        else set()
    )


def _cells_of_gene(row: GeneMention, inline: bool) -> ExtraValues:
    """Return the cells that a gene cannot give back.

    In a conflict an empty cell is written, too, so that what is on the mention counts
    before what is on the entity.
    """
    cells = [("hgnc_symbol" if inline else "ncbigene_symbol", row.symbol)]
    column = ORGANISM_COLUMNS[0]
    if not inline and all(name != column for name, _ in row.extra):  # an id that is none stands there
        cells.append((column, row.organism_id))
    return tuple(cell for cell in cells if row.gene_id or cell[1])


def _find_unsaid(genes: Iterable[GeneMention], taxa: Mapping[str, TaxonNames]) -> set[tuple[str, str, str]]:
    """Return the organism cells (id, name, group) of rows that the organism's
    description does not give back.
    """
    distinct = {row[5:8]: row for row in genes}
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
    nodes: list[ReadingNode] = []
    for place, row in enumerate(rows):
        # The name is that of the other entity; where a row gives it none, another row or figure may.
        is_lost = not row.name or row.other_id in conflicts if row.other_id else bool(row.name)
        fields = ((("name", row.name),) if is_lost else ()) + row.extra
        apart = (row.mesh_id, row.other_id, row.name, *_flat(row.extra))
        name = digest((*key, "", *apart) if place else (*key, ""))
        ids = (row.mesh_id, row.other_id)
        pairs = zip(("mesh", kind.other), ids, strict=True)
        entities = [(identifier_iri(prefix, ""), encode(local)) for prefix, local in pairs if local]
        starts, ends = tuple(start for start, _ in entities), tuple(end for _, end in entities)
        nodes.append((f"#{kind.name}-{name}", ids, starts, ends, row.occurrences, fields))
    terms = tuple(dict.fromkeys(row.mesh_id or row.other_id for row in rows if row.mesh_id or row.other_id))
    known = tuple(dict.fromkeys(row.name or row.matched_term for row in rows if row.name or row.matched_term))
    return prepare_reading(read_word(kind.name, *key), "", terms, known, ""), False, terms, nodes


def _flat(extra: ExtraValues) -> Iterator[str]:
    return (text for pair in extra for text in pair)
