"""One synthetic figure: its record and its tables, a function of the seed and the figure's number alone.

Three generations are mixed (data model, section 1): records that hold their mentions, tables of 2023, and
tables from 2024 on, which name no MeSH and write ``DOID:``.
"""

from __future__ import annotations

from enum import Enum
from random import Random
from typing import NamedTuple

from benchmarks.corpus_forms import gene_table, inline_genes, inline_terms, term_table
from benchmarks.corpus_lexicon import Source
from benchmarks.corpus_rows import GeneRow, draw_gene_rows, draw_organisms
from benchmarks.corpus_sizes import PAPER_SIZES, PLACES, draw_sizes
from benchmarks.corpus_terms import TermRow, draw_chemicals, draw_diseases
from benchmarks.corpus_world import (
    BYSTANDERS,
    CONTENT_WORDS,
    FORENAMES,
    JOURNALS,
    KEYWORDS,
    ORGANISMS,
    SURNAMES,
    WORDS,
    draw_rank,
    keyword,
)
from benchmarks.corpus_yaml import field, sequence

_SITE = "https://pfocr.wikipathways.org/figures/"
_FIRST_PMC, _PMC_STEP = 100_003, 93
RECENT_SHARE = 0.175
"""Papers of 2024 on: the database had 91,117 figures in 2023."""


class Generation(Enum):
    """The form of a record."""

    INLINE = "inline"
    TABLES = "tables of 2023"
    RECENT = "tables from 2024 on"


class Figure(NamedTuple):
    """The files of a figure and what the two map files say of it."""

    figid: str
    files: dict[str, str]
    """Text by path in the corpus."""
    wikipathway: str
    network: str


class _Paper(NamedTuple):
    number: int
    pmcid: str
    generation: Generation
    fields: dict[str, str]


class _Rows(NamedTuple):
    organisms: list[int]
    """Those whose lexicons were searched: places in the list of organisms."""
    genes: list[GeneRow]
    chemicals: list[TermRow]
    diseases: list[TermRow]


def make_figure(number: int, seed: int, inline_share: float) -> Figure:
    """Make a figure.

    :param number: counted from 0; figures of one paper follow each other.
    :param inline_share: the share of the papers whose records hold their mentions as lists.
    """
    block, place = divmod(number, len(PLACES))
    paper_place, figure_place = PLACES[place]
    paper = _make_paper(block * len(PAPER_SIZES) + paper_place, seed, inline_share)
    random = _random(seed, 1, number)
    stem = f"syn-{paper.number:05d}-g{figure_place + 1:03d}"
    figid = f"{paper.pmcid}__{stem}"
    label = figure_place * 2 + 1 + paper.number % 2
    rows = _draw_rows(random, number, seed, paper.generation)
    head = _head_fields(random, paper, figid, stem, label, rows)
    inline = paper.generation is Generation.INLINE
    network = _uuid(random) if random.random() < (0.3 if inline else 0.03) else ""
    wikipathway = f"WP{random.randrange(1, 5_900)}" if random.random() < 0.003 else ""
    if inline:
        record = _inline_record(random, paper, head, network, rows)
        tables = {}
    else:
        record = _table_record(random, paper, head, rows)
        tables = _tables(random, figid, rows)
    files = {f"_figures/{figid}.md": record} | tables
    return Figure(figid, files, wikipathway, "" if inline else network)


def _draw_rows(random: Random, number: int, seed: int, generation: Generation) -> _Rows:
    sizes = draw_sizes(number, seed)
    inline, recent = generation is Generation.INLINE, generation is Generation.RECENT
    chemicals = draw_chemicals(random, sizes.chemicals, recent)
    diseases = draw_diseases(random, sizes.diseases, recent)
    organisms = [0] if inline else draw_organisms(random)
    # a word that is a gene and a chemical, such as ATP
    words = {row.word for row in chemicals if row.word.isupper() and random.random() < 0.6}
    genes = draw_gene_rows(random, sizes.genes, organisms, inline, () if inline else sorted(words))
    return _Rows(organisms, genes, chemicals, diseases)


def _random(seed: int, kind: int, number: int) -> Random:
    return Random((seed << 40) | (kind << 36) | number)


def _sentence(random: Random, words: int) -> str:
    text = " ".join(random.choices(WORDS, k=words))
    return text[0].upper() + text[1:]


def _make_paper(number: int, seed: int, inline_share: float) -> _Paper:
    random = _random(seed, 2, number)
    generation = _draw_generation(random, inline_share)
    pmc = _FIRST_PMC + number * _PMC_STEP
    year = random.randrange(*_YEARS[generation])
    journal, short, publisher = JOURNALS[draw_rank(random, len(JOURNALS), 12.0)]
    author = f"{random.choice(FORENAMES)} {random.choice(SURNAMES)}"
    title = _sentence(random, random.randrange(7, 20)) + "."
    volume = random.randrange(1, 90)
    page = random.randrange(1, 9_000)
    ranks = [draw_rank(random, KEYWORDS, 60.0) for _ in range(random.randrange(3, 9))]
    keywords = " | ".join(dict.fromkeys(map(keyword, ranks)))
    fields = {
        "papertitle": title,
        "reftext": f"{author}, et al. {short}. {year};{volume}:{page}-{page + 9}.",
        "year": "" if random.random() < 0.004 else str(year),
    }
    if generation is not Generation.INLINE:
        absent = random.random()
        fields |= {
            "doi": ".na.character" if absent < 0.01 else f"10.5072/syn.{year}.{pmc}",
            "journal_title": journal,
            "journal_nlm_ta": short,
            "publisher_name": "NA" if 0.01 < absent < 0.03 else publisher,
            "keywords": "" if 0.03 < absent < 0.2 else keywords,
        }
    return _Paper(number, f"PMC{pmc}", generation, fields)


_YEARS = {
    Generation.INLINE: (1998, 2020),
    Generation.TABLES: (2012, 2024),
    Generation.RECENT: (2023, 2026),
}


def _draw_generation(random: Random, inline_share: float) -> Generation:
    chance = random.random()
    if chance < inline_share:
        return Generation.INLINE
    recent = RECENT_SHARE / (1 - inline_share) if inline_share < 1 - RECENT_SHARE else 1.0
    return Generation.RECENT if (chance - inline_share) / (1 - inline_share) < recent else Generation.TABLES


def _head_fields(
    random: Random, paper: _Paper, figid: str, stem: str, label: int, rows: _Rows
) -> dict[str, str]:
    caption = _caption(random, rows)
    own_title = _sentence(random, random.randrange(4, 14))
    slash = "" if random.random() < 0.05 else "/"
    return {
        "figid": figid,
        "figtitle": caption.split(".")[0] if random.random() < 0.6 else own_title,
        "pmcid": paper.pmcid,
        "filename": f"{stem}.jpg",
        "figlink": f"{slash}pmc/articles/{paper.pmcid}/figure/F{label}/",
        "number": f"Figure {label}" if random.random() < 0.03 else f"F{label}",
        "caption": caption,
        "score": f"{0.5 + random.random() / 2:.7f}".rstrip("0"),
        "alias": f"{paper.pmcid}__F{label}",
    }


def _caption(random: Random, rows: _Rows) -> str:
    count = int(random.lognormvariate(1.75, 0.6)) + 1
    sentences = [_sentence(random, random.randrange(6, 19)) for _ in range(count)]
    sentences += _say_names(random, rows)
    if random.random() < 0.25:
        short = [f"{word.upper()[:4]}: {word}" for word in random.choices(CONTENT_WORDS, k=6)]
        sentences.append("Abbreviations: " + "; ".join(short))
    if random.random() < 0.03:
        sentences.append('Levels of "free" ligand aren\'t drawn to scale (\\mu g)')
    return ". ".join(sentences) + "."


def _say_names(random: Random, rows: _Rows) -> list[str]:
    """Make sentences of some of the figure's names: a quarter of the real readings stand in their caption."""
    genes = dict.fromkeys(row.match if row.source is Source.FAMILY else row.symbol for row in rows.genes)
    terms = dict.fromkeys(row.match for row in (*rows.chemicals, *rows.diseases) if row.match != "NA")
    said = [name for name in (*genes, *terms) if random.random() < 0.14]
    sentences = [
        f"{said[start]} {random.choice(CONTENT_WORDS)} {', '.join(said[start + 1 : start + 4])}"
        for start in range(0, len(said), 4)
    ]
    if random.random() < 0.15:
        organism = ORGANISMS[random.choice(rows.organisms)].text
        sentences.append(f"{_sentence(random, 4)} in {organism}")
    return sentences


def _organism_names(random: Random, absent: float) -> list[str]:
    if random.random() < absent:
        return ["NA"] if random.random() < 0.9 else [".na.character"]
    names = [organism.name for organism in ORGANISMS if random.random() < organism.share]
    names += [name for name, _, _ in BYSTANDERS if random.random() < 0.04]
    return names or [ORGANISMS[0].name]


def _block(head: dict[str, str], keywords: list[str]) -> str:
    return (
        "seo: CreativeWork\nschema-jsonld:\n  '@context': https://schema.org/\n"
        f"  '@id': {_SITE}{head['figid']}.html\n  '@type': Dataset\n"
        + field("description", head["caption"], "  ")
        + "  license: CC0\n  name: CreativeWork\n  creator:\n    '@type': Organization\n    name: "
        "WikiPathways\n" + sequence("keywords", keywords, "  ")
    )


def _fields(source: dict[str, str], names: str) -> str:
    return "".join([field(name, source[name]) for name in names.split()])


def _table_record(random: Random, paper: _Paper, head: dict[str, str], rows: _Rows) -> str:
    symbols = dict.fromkeys([*[row.symbol for row in rows.genes], *[row.word for row in _terms(rows)]])
    recent = paper.generation is Generation.RECENT
    matched = [ORGANISMS[place].name for place in rows.organisms] if rows.genes else ["NA"]
    return "".join(
        [
            "---\n",
            _fields(head, "figid figtitle"),
            sequence("organisms", _organism_names(random, 0.85 if recent else 0.55)),
        ]
        + [sequence("organisms_ner", matched)] * recent
        + [
            _fields(head, "pmcid filename figlink number caption"),
            _fields(paper.fields, "papertitle reftext year doi"),
            _fields(paper.fields, "journal_title journal_nlm_ta publisher_name keywords"),
            f"automl_pathway: {head['score']}\nfigid_alias: {head['alias']}\nfigtype: Figure\n",
        ]
        + [sequence("organisms_ner", matched)] * (not recent)
        + [
            f"redirect_from: /figures/{head['alias']}\nndex: ''\n",
            _block(head, list(symbols)),
            "---\n",
        ]
    )


def _terms(rows: _Rows) -> list[TermRow]:
    return [*rows.chemicals, *rows.diseases]


def _inline_record(random: Random, paper: _Paper, head: dict[str, str], network: str, rows: _Rows) -> str:
    symbols = dict.fromkeys([*[row.symbol for row in rows.genes], *[row.word for row in _terms(rows)]])
    topic = " ".join(random.choices(CONTENT_WORDS, k=2))
    annotation = f"annotations:\n- type: Pathway Ontology\n  value: {topic}\n"
    return "".join(
        [
            "---\n",
            _fields(head, "figid figlink number caption pmcid"),
            _fields(paper.fields, "papertitle reftext"),
            f"pmc_ranked_result_index: '{random.randrange(1, 200_000)}'\npathway_score: {head['score']}\n",
            _fields(head, "filename figtitle"),
            field("year", paper.fields["year"]),
            _inline_organisms(random),
            field("ndex", network),
            annotation if random.random() < 0.02 else "annotations: []\n",
            _block(head, list(symbols)),
            inline_genes(rows.genes),
            inline_terms("chemicals", rows.chemicals),
            inline_terms("diseases", rows.diseases),
            f"figid_alias: {head['alias']}\nredirect_from: /figures/{head['alias']}\nfigtype: Figure\n---\n",
        ]
    )


def _inline_organisms(random: Random) -> str:
    """Write the field: a list, one name, names in one text, or the placeholder for none."""
    chance = random.random()
    if chance < 0.05:
        return "organisms: XXX\n"
    organisms = _organism_names(random, 0.05)
    if chance < 0.09:
        return field("organisms", ", ".join(dict.fromkeys([ORGANISMS[0].name, *organisms])))
    if len(organisms) == 1 and chance < 0.6:
        return field("organisms", organisms[0])
    return sequence("organisms", organisms)


def _tables(random: Random, figid: str, rows: _Rows) -> dict[str, str]:
    tables = {}
    # now and then a table is missing although the block has its symbols
    if rows.genes and random.random() > 0.005:
        tables[f"_data/{figid}-genes.tsv"] = gene_table(random, rows.genes)
    if rows.chemicals:
        tables[f"_data/{figid}-chemicals.tsv"] = term_table(rows.chemicals, "chebi")
    if rows.diseases:
        tables[f"_data/{figid}-diseases.tsv"] = term_table(rows.diseases, "doid")
    return tables


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
