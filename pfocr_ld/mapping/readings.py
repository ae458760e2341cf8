"""Rows of a figure → readings, and the nodes that each is written as (data model, section 4).

A reading is what a word was read as in one organism: the rows of one word, matched term, lexicon and organism. It is
one node, named by these four alone, so that it keeps its name whatever a later release says of its genes. Rows that
one node could not give back (they stand a different number of times, or a cell of theirs is not what their gene or
organism says) get nodes of their own; the one with most rows keeps the reading's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pfocr_ld.mapping.entities import HUMAN
from pfocr_ld.model import ORGANISM_COLUMNS, ExtraValues, GeneMention, TermMention
from pfocr_ld.vocabulary import digest


class ReadingNode(NamedTuple):
    """Rows of a reading that one mention gives back."""

    name: str
    """A hash: the end of the mention's IRI."""
    entities: tuple[str, ...]
    """NCBI Gene ids; of a term its MeSH id and its other id, each of which may be empty."""
    occurrences: int
    """How often each of the rows stands."""
    fields: ExtraValues
    """Cells that the mention has to say itself."""
    unknown: ExtraValues
    """Those of them that the model does not know."""


class Reading(NamedTuple):
    """What a word was read as in one organism."""

    word: str
    matched_term: str
    lexicon: str
    organism_id: str
    """NCBI Taxonomy id; empty for a chemical or disease, and where a row names none."""
    entities: tuple[str, ...]
    """All of its nodes, without repetition."""
    names: tuple[str, ...]
    """The symbols or names that the rows give the entities."""
    nodes: tuple[ReadingNode, ...]


class TaxonNames(NamedTuple):
    """What a figure's rows and its source say of an organism."""

    names: set[str]
    groups: set[str]


def read_genes(
    genes: Sequence[GeneMention], inline: bool, taxa: Mapping[str, TaxonNames]
) -> Iterator[Reading]:
    """Return the readings of a figure's gene rows, in the order of their first rows.

    :param inline: the rows stand in the record: their genes are human, and have HGNC symbols.
    :param taxa: what will be said of each organism, by its taxon id.
    """
    conflicts = _find_conflicts(genes)
    symbol_column = "hgnc_symbol" if inline else "ncbigene_symbol"
    readings: dict[tuple[str, str, str, str], dict[_Group, list[GeneMention]]] = {}
    for mention in genes:
        word, matched_term, lexicon, _, gene_id, organism_id, name, group, extra, occurrences = mention
        fields: ExtraValues = ()
        if not gene_id or gene_id in conflicts:
            fields = _cells_of_gene(mention, symbol_column, inline)
        if not inline and not _is_said(name, group, taxa.get(organism_id)):
            fields += _cells_of_organism(mention, taxa.get(organism_id))
        if fields and extra:  # what stands in place of an identifier is all there is of that cell
            fields = tuple(cell for cell in fields if cell[0] not in dict(extra))
        key = (word, matched_term, lexicon, HUMAN if inline else organism_id)
        rows = readings.setdefault(key, {})
        rows.setdefault(_Group(bool(gene_id), fields, extra, occurrences), []).append(mention)
    for key, groups in readings.items():
        yield _reading_of_genes(key, groups)


class _Group(NamedTuple):
    """What the rows of one node have in common."""

    has_entity: bool
    fields: ExtraValues
    extra: ExtraValues
    occurrences: int


def _reading_of_genes(
    key: tuple[str, str, str, str], groups: Mapping[_Group, Sequence[GeneMention]]
) -> Reading:
    if len(groups) == 1:  # nearly every reading
        ((group, rows),) = groups.items()
        ordered = [(group, rows)]
    else:
        ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), not item[0].has_entity, item[0]))
    nodes = []
    for place, (group, rows) in enumerate(ordered):
        entities = tuple(sorted({row.gene_id for row in rows if row.gene_id}))
        apart = (str(group.occurrences), str(group.has_entity), *_flat(group.fields), *_flat(group.extra))
        name = digest((*key, *apart) if place else key)
        fields = (*group.fields, *group.extra)
        nodes.append(ReadingNode(name, entities, group.occurrences, fields, group.extra))
    genes = dict.fromkeys(gene for node in nodes for gene in node.entities)
    symbols = dict.fromkeys(row.symbol for rows in groups.values() for row in rows if row.symbol)
    return Reading(*key, tuple(genes), tuple(symbols), tuple(nodes))


def _find_conflicts(genes: Iterable[GeneMention]) -> set[str]:
    """Return the genes of which the figure's rows say different symbols or organisms."""
    says: dict[str, tuple[str, str]] = {}
    conflicts: set[str] = set()
    for mention in genes:
        of_gene = (mention.symbol, mention.organism_id)
        if mention.gene_id and says.setdefault(mention.gene_id, of_gene) != of_gene:
            conflicts.add(mention.gene_id)
    return conflicts


def _cells_of_gene(mention: GeneMention, symbol_column: str, inline: bool) -> ExtraValues:
    """Return the cells that a gene cannot give back.

    In a conflict an empty cell is written, too, so that what is on the mention counts before what is on the entity.
    """
    cells = [(symbol_column, mention.symbol)]
    if not inline:
        cells.append((ORGANISM_COLUMNS[0], mention.organism_id))
    return tuple(cell for cell in cells if mention.gene_id or cell[1])


def _is_said(name: str, group: str, taxon: TaxonNames | None) -> bool:
    """Return whether an organism's description gives a row's name and group of it back."""
    if taxon is None:
        return not name and not group
    return taxon.names == ({name} if name else set()) and taxon.groups == ({group} if group else set())


def _cells_of_organism(mention: GeneMention, taxon: TaxonNames | None) -> ExtraValues:
    cells = []
    said = taxon or TaxonNames(set(), set())
    for column, cell, values in zip(
        ORGANISM_COLUMNS[1:], (mention.organism_name, mention.organism_group), said, strict=True
    ):
        if values != ({cell} if cell else set()):
            cells.append((column, cell))
    return tuple(cells)


def read_terms(mentions: Sequence[TermMention], other: str) -> Iterator[Reading]:
    """Return the readings of a figure's chemical or disease rows, in the order of their first rows.

    Rows that pair identifiers differently are nodes of their own.

    :param other: the prefix of the identifiers that there are besides those of MeSH.
    """
    names: dict[str, str] = {}
    conflicts = {m.other_id for m in mentions if names.setdefault(m.other_id, m.name) != m.name}
    readings: dict[tuple[str, str, str], list[TermMention]] = {}
    for mention in mentions:
        lexicon = mention.lexicon or (other if mention.other_id else "")
        readings.setdefault((mention.word, mention.matched_term, lexicon), []).append(mention)
    for key, rows in readings.items():
        if len(rows) > 1:
            rows.sort(key=lambda row: (-row.occurrences, not (row.mesh_id or row.other_id), row))
        nodes = []
        for place, row in enumerate(rows):
            # The name is that of the other entity; where a row gives it none, another row or figure may.
            is_lost = not row.name or row.other_id in conflicts if row.other_id else bool(row.name)
            fields = ((("name", row.name),) if is_lost else ()) + row.extra
            apart = (row.mesh_id, row.other_id, row.name, *_flat(row.extra))
            name = digest((*key, "", *apart) if place else (*key, ""))
            ids = (row.mesh_id, row.other_id)
            nodes.append(ReadingNode(name, ids, row.occurrences, fields, row.extra))
        entities = dict.fromkeys(row.mesh_id or row.other_id for row in rows if row.mesh_id or row.other_id)
        known = dict.fromkeys(row.name or row.matched_term for row in rows if row.name or row.matched_term)
        yield Reading(*key, "", tuple(entities), tuple(known), tuple(nodes))


def _flat(extra: ExtraValues) -> Iterator[str]:
    return (text for pair in extra for text in pair)
