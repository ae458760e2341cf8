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
from itertools import compress
from typing import NamedTuple

from pfocr_ld.confidence import PreparedReading, ReadWord, prepare_reading, read_words
from pfocr_ld.lexicons import tier_of
from pfocr_ld.model import ORGANISM_COLUMNS, TERM_TABLES, ExtraValues, GeneMention, TermMention
from pfocr_ld.organisms import HUMAN
from pfocr_ld.terms import Term, iri, literal, literals
from pfocr_ld.vocabulary import FAMILIES, PFOCR, digest, digest_all, family_iri, identifier_iri


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

_NCBIGENE = identifier_iri("ncbigene", "")
_GENE: tuple[str, ...] = (_NCBIGENE,)
_MESH = identifier_iri("mesh", "")
_Key = tuple[str, str, str, str]
"""Word, matched term, lexicon and organism."""

Form = tuple[str, bool, bool, str, tuple[str, ...], int, bool]
"""What a mention says whatever it is about: its kind; whether it has a word and a term; its lexicon; the
beginnings of its entities' IRIs; how often each of its rows stands; whether thousands may say the same."""

ReadingNode = tuple[str, tuple[str, ...], tuple[Term, ...], Form, tuple[str, ...], ExtraValues]
"""A mention but for its figure, rows of a reading that one node gives back: the end of its IRI; the NCBI
Gene ids, or of a term its MeSH id and its other id, either of which may be empty; what it stands for, a
family as a whole; its form, and what that is about: the word and the term, as literals, and the ends of the
entities' IRIs; the cells that the mention has to say itself."""

Reading = tuple[PreparedReading, bool, tuple[str, ...], Term, list[ReadingNode]]
"""What a word was read as in one organism: what its confidence depends on; whether it is a family; what
counts as one candidate each, the entities' ids or the family as a whole; its word as a literal, empty where
there is none; its nodes."""


class TaxonNames(NamedTuple):
    """What a figure's rows and its source say of an organism."""

    names: set[str]
    groups: set[str]


def read_genes(genes: Sequence[GeneMention], inline: bool, taxa: Mapping[str, TaxonNames]) -> list[Reading]:
    """Return the readings of a figure's gene rows, in the order of their first rows.

    :param inline: the rows stand in the record: their genes are human, and have HGNC symbols.
    :param taxa: what will be said of each organism, by its taxon id.
    """
    if not genes:
        return []
    words, terms, lexicons, symbols, ids, organisms, names, groups, extras, numbers = zip(*genes, strict=True)
    if inline:
        organisms = (HUMAN,) * len(genes)
    conflicts = _find_conflicts(zip(symbols, ids, organisms, strict=True))
    unsaid = set() if inline else _find_unsaid(set(zip(organisms, names, groups, strict=True)), taxa)
    keys = list(zip(words, terms, lexicons, organisms, strict=True))
    readings: dict[_Key, list[GeneMention]] = {}
    for key, row in zip(keys, genes, strict=True):
        if key in readings:
            readings[key].append(row)
        else:
            readings[key] = [row]
    read = read_words("gene", list(readings))
    found = _plain_readings(read, readings)
    odd: set[_Key] = set()
    if conflicts or unsaid or "" in symbols or "" in ids or any(extras):
        is_odd = (
            row[8] or not (row[3] and row[4]) or row[4] in conflicts or row[5:8] in unsaid for row in genes
        )
        odd.update(compress(keys, is_odd))
    if len(set(numbers)) > 1:
        odd.update([key for key, rows in readings.items() if len({row[9] for row in rows}) > 1])
    for place, (key, rows) in enumerate(readings.items() if odd else ()):
        if key in odd:
            found[place] = _reading_of_genes(read[place], rows, inline, conflicts, taxa)
    return found


def _plain_readings(
    read: Sequence[ReadWord], readings: Mapping[_Key, Sequence[GeneMention]]
) -> list[Reading]:
    """Return readings as if one node gave back the rows of each: nearly all do."""
    words, terms, lexicons, _ = zip(*readings, strict=True)
    tiers = {lexicon: tier_of(lexicon) for lexicon in set(lexicons)}
    columns = (read, readings.items(), digest_all(list(readings)), literals(words), literals(terms))
    found: list[Reading] = []
    for one, (key, rows), name, text, text_of_term in zip(*columns, strict=True):
        word, matched_term, lexicon, organism = key
        _, _, _, symbol, gene, _, latin, _, _, occurrences = rows[0]
        genes: tuple[str, ...] = (gene,)
        symbols: tuple[str, ...] = (symbol,) if symbol else ()
        means, ids, starts, ends = genes, genes, _GENE, genes
        entities: tuple[Term, ...] = (iri(_NCBIGENE + gene),)
        tier = tiers[lexicon]
        if len(rows) > 1 or tier == "family":
            genes, symbols, latin = _join_rows(rows)
            means, ids = genes, tuple(sorted(genes))
            starts, ends = _GENE * len(ids), ids
            if tier == "family":
                means = (f"family {matched_term}",)
                starts, ends = _family_of(ids, matched_term, organism)
            entities = tuple([iri(start + end) for start, end in zip(starts, ends, strict=True)])
        texts = (text, text_of_term) if word and matched_term else _texts_of(word, matched_term)
        is_shared = tier != "" or not lexicon
        form = ("gene", word != "", matched_term != "", lexicon, starts, occurrences, is_shared)
        node = (f"#gene-{name}", ids, entities, form, texts + ends, ())
        prepared = prepare_reading(one, organism, genes, symbols, latin)
        found.append((prepared, tier == "family", means, text if word else Term(""), [node]))
    return found


def _join_rows(rows: Sequence[GeneMention]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the genes of rows, their symbols, and the organism's name."""
    _, _, _, symbols, genes, _, names, _, _, _ = zip(*rows, strict=True)
    return tuple(dict.fromkeys(genes)), tuple(filter(None, dict.fromkeys(symbols))), max(names)


def _texts_of(word: str, matched_term: str) -> tuple[Term, ...]:
    """Return the word and the term as literals, as far as there are any."""
    if not word or not matched_term:
        return tuple([literal(text) for text in (word, matched_term) if text])
    text = literal(word)
    return text, text if word == matched_term else literal(matched_term)


def _family_of(members: tuple[str, ...], term: str, organism: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the beginning and the end of the IRI of a family; nothing where no gene of it is known.

    :param members: NCBI Gene ids, in the order of their texts.
    """
    if not members:
        return (), ()
    return (FAMILIES,), (family_iri(term, organism, members).removeprefix(FAMILIES),)


def _make_node(
    read: ReadWord,
    name: str,
    ids: tuple[str, ...],
    starts: tuple[str, ...],
    ends: tuple[str, ...],
    texts: tuple[Term, ...],
    occurrences: int,
    fields: ExtraValues = (),
) -> ReadingNode:
    """Return a node of a reading.

    :param starts: the beginnings of the IRIs of its entities, of which there are the ends.
    :param texts: the word and the term, as far as there are any.
    """
    if len(ends) == 1:
        entities: tuple[Term, ...] = (Term(f"<{starts[0]}{ends[0]}>"),)
    else:
        entities = tuple([Term(f"<{start}{end}>") for start, end in zip(starts, ends, strict=True)])
    lexicon = read[3]
    is_shared = not fields and (not lexicon or tier_of(lexicon) != "")
    form = (read[0], read[1] != "", read[2] != "", lexicon, starts, occurrences, is_shared)
    return name, ids, entities, form, texts + ends, fields


class _Group(NamedTuple):
    """What the rows of one node have in common."""

    has_entity: bool
    fields: ExtraValues
    extra: ExtraValues
    occurrences: int


def _reading_of_genes(
    read: ReadWord,
    rows: Sequence[GeneMention],
    inline: bool,
    conflicts: Collection[str],
    taxa: Mapping[str, TaxonNames],
) -> Reading:
    """Return the reading of rows that have their key in common."""
    groups: dict[_Group, list[GeneMention]] = {}
    for row in rows:
        fields = _cells_of_gene(row, inline, conflicts)
        if not inline:
            fields += _cells_of_organism(row[5:8], taxa)
        group = _Group(bool(row.gene_id), fields, row.extra, row.occurrences)
        groups.setdefault(group, []).append(row)
    word, matched_term, lexicon, _, _, organism_id, *_ = rows[0]
    organism = HUMAN if inline else organism_id
    key, texts = (word, matched_term, lexicon, organism), _texts_of(word, matched_term)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), not item[0].has_entity, item[0]))
    is_family = tier_of(lexicon) == "family"
    nodes: list[ReadingNode] = []
    for place, (group, of_group) in enumerate(ordered):
        ids = tuple(sorted({row.gene_id for row in of_group if row.gene_id}))
        apart = (str(group.occurrences), str(group.has_entity), *_flat(group.fields), *_flat(group.extra))
        name = f"#gene-{digest((*key, *apart) if place else key)}"
        starts, ends = _family_of(ids, matched_term, organism) if is_family else (_GENE * len(ids), ids)
        fields = group.fields + group.extra
        nodes.append(_make_node(read, name, ids, starts, ends, texts, group.occurrences, fields))
    genes = tuple(dict.fromkeys(row.gene_id for row in rows if row.gene_id))
    symbols = tuple(dict.fromkeys(row.symbol for row in rows if row.symbol))
    latin = "" if inline else max(row.organism_name for row in rows)
    prepared = prepare_reading(read, organism, genes, symbols, latin)
    means = (f"family {matched_term}",) if is_family and genes else genes
    return prepared, is_family, means, texts[0] if word else Term(""), nodes


def _find_conflicts(says: Iterable[tuple[str, str, str]]) -> set[str]:
    """Return the genes of which the figure's rows say different symbols or organisms.

    :param says: of each row the symbol, the gene and the organism.
    """
    gene_ids = [gene_id for _, gene_id, _ in set(says)]
    if len(set(gene_ids)) == len(gene_ids):
        return set()
    return {gene_id for gene_id, count in Counter(gene_ids).items() if count > 1 and gene_id}


def _cells_of_gene(row: GeneMention, inline: bool, conflicts: Collection[str]) -> ExtraValues:
    """Return the cells that a gene cannot give back.

    In a conflict an empty cell is written, too, so that what is on the mention counts before what is on the
    entity; and where a row gives its gene no symbol, as another figure may.
    """
    cells = [("hgnc_symbol" if inline else "ncbigene_symbol", row.symbol)]
    if row.gene_id and row.gene_id not in conflicts:
        return () if row.symbol else tuple(cells)
    column = ORGANISM_COLUMNS[0]
    if not inline and all(name != column for name, _ in row.extra):  # an id that is none stands there
        cells.append((column, row.organism_id))
    return tuple(cell for cell in cells if row.gene_id or cell[1])


def _find_unsaid(
    says: Iterable[tuple[str, str, str]], taxa: Mapping[str, TaxonNames]
) -> set[tuple[str, str, str]]:
    """Return the organism cells (id, name, group) of rows that the organism's
    description does not give back.
    """
    return {cells for cells in says if _cells_of_organism(cells, taxa)}


def _cells_of_organism(of_row: tuple[str, str, str], taxa: Mapping[str, TaxonNames]) -> ExtraValues:
    """Return the cells that an organism's description does not give back.

    :param of_row: the cells of a row: the organism's id, name and group.
    """
    said = taxa.get(of_row[0]) or TaxonNames(set(), set())
    cells = zip(ORGANISM_COLUMNS[1:], of_row[1:], said, strict=True)
    return tuple((column, cell) for column, cell, values in cells if values != ({cell} if cell else set()))


def read_terms(rows: Sequence[TermMention], kind: Kind) -> list[Reading]:
    """Return the readings of a figure's chemical or disease rows, in the order of their first rows.

    Rows that pair identifiers differently are nodes of their own.
    """
    if not rows:
        return []
    names: dict[str, str] = {}
    conflicts = frozenset(
        [row.other_id for row in rows if names.setdefault(row.other_id, row.name) != row.name]
    )
    readings: dict[tuple[str, str, str], list[TermMention]] = {}
    for row in rows:
        lexicon = row.lexicon or (kind.other if row.other_id else "")
        readings.setdefault((row.word, row.matched_term, lexicon), []).append(row)
    return [
        _reading_of_terms(read, of_key, kind, conflicts)
        for read, of_key in zip(read_words(kind.name, list(readings)), readings.values(), strict=True)
    ]


def _reading_of_terms(
    read: ReadWord, rows: list[TermMention], kind: Kind, conflicts: Collection[str]
) -> Reading:
    """Return the reading of rows that have their word, term and lexicon in common."""
    kind_name, word, matched_term, lexicon, *_ = read
    key, texts = (word, matched_term, lexicon, ""), _texts_of(word, matched_term)
    if len(rows) > 1:
        rows.sort(key=lambda row: (-row.occurrences, not (row.mesh_id or row.other_id), row))
    start_of_other = identifier_iri(kind.other, "")
    nodes: list[ReadingNode] = []
    for place, row in enumerate(rows):
        _, _, _, mesh_id, other_id, name, extra, occurrences = row
        # The name is that of the other entity; where a row gives it none, another row or figure may.
        is_lost = not name or other_id in conflicts if other_id else bool(name)
        fields = ((("name", name),) if is_lost else ()) + extra
        apart = (mesh_id, other_id, name, *_flat(extra)) if place else ()
        starts = ((_MESH,) if mesh_id else ()) + ((start_of_other,) if other_id else ())
        ends = ((mesh_id,) if mesh_id else ()) + ((other_id,) if other_id else ())
        end = f"#{kind_name}-{digest((*key, *apart))}"
        nodes.append(_make_node(read, end, (mesh_id, other_id), starts, ends, texts, occurrences, fields))
    terms = tuple(filter(None, dict.fromkeys([row[3] or row[4] for row in rows])))
    names = tuple(filter(None, dict.fromkeys([row[5] or row[1] for row in rows])))
    prepared = prepare_reading(read, "", terms, names, "")
    return prepared, False, terms, texts[0] if word else Term(""), nodes


def _flat(extra: ExtraValues) -> Iterator[str]:
    return (text for pair in extra for text in pair)
