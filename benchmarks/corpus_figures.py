"""One synthetic figure: its record and its tables, a function of the seed and the figure's number alone.

Sizes and shares follow the release of 2023: 48 gene rows a figure on average, log-normal, 2.3 chemical
and 0.3 disease rows; 78,173 papers for 91,117 figures; more than half of the gene rows by symbol, the
others by synonym and by family; one row in seven a repetition. The two generations differ as the real
ones do (data model, section 1).
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from benchmarks.corpus_rows import (
    GeneRow,
    TermRow,
    draw_chemicals,
    draw_diseases,
    draw_gene_rows,
    gene_table,
    inline_genes,
    inline_terms,
    term_table,
)
from benchmarks.corpus_world import BYSTANDERS, CONTENT_WORDS, FORENAMES, JOURNALS, ORGANISMS, SURNAMES, WORDS
from benchmarks.corpus_yaml import field, sequence

_SITE = "https://pfocr.wikipathways.org/figures/"
# 190 figures of 163 papers (the release: 91,117 of 78,173), in an order that mixes the sizes.
_PAPER_SIZES = [1] * 142 + [2] * 16 + [3] * 4 + [4]
Random(0).shuffle(_PAPER_SIZES)
_PLACES = [(paper, place) for paper, size in enumerate(_PAPER_SIZES) for place in range(size)]
_FIRST_PMC, _PMC_STEP = 100_003, 137


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
    inline: bool
    fields: dict[str, str]


def make_figure(number: int, seed: int, inline_share: float) -> Figure:
    """Make a figure.

    :param number: counted from 0; figures of one paper follow each other.
    :param inline_share: the share of the papers whose records hold their mentions as lists.
    """
    block, place = divmod(number, len(_PLACES))
    paper_place, figure_place = _PLACES[place]
    paper = _make_paper(block * len(_PAPER_SIZES) + paper_place, seed, inline_share)
    random = _random(seed, 1, number)
    stem = f"syn-{paper.number:05d}-g{figure_place + 1:03d}"
    figid = f"{paper.pmcid}__{stem}"
    label = figure_place * 2 + 1 + paper.number % 2
    genes = draw_gene_rows(random, paper.inline)
    chemicals, diseases = draw_chemicals(random), draw_diseases(random)
    head = _head_fields(random, paper, figid, stem, label)
    network = _uuid(random) if random.random() < (0.3 if paper.inline else 0.03) else ""
    wikipathway = f"WP{random.randrange(1, 5_900)}" if random.random() < 0.003 else ""
    if paper.inline:
        record = _inline_record(random, paper, head, network, genes, chemicals, diseases)
        tables = {}
    else:
        record = _table_record(random, paper, head, genes, chemicals)
        tables = _tables(random, figid, genes, chemicals, diseases)
    files = {f"_figures/{figid}.md": record} | tables
    return Figure(figid, files, wikipathway, "" if paper.inline else network)


def _random(seed: int, kind: int, number: int) -> Random:
    return Random((seed << 40) | (kind << 36) | number)


def _sentence(random: Random, words: int) -> str:
    text = " ".join(random.choices(WORDS, k=words))
    return text[0].upper() + text[1:]


def _make_paper(number: int, seed: int, inline_share: float) -> _Paper:
    random = _random(seed, 2, number)
    inline = random.random() < inline_share
    pmc = _FIRST_PMC + number * _PMC_STEP
    year = random.randrange(1998, 2020) if inline else random.randrange(2012, 2024)
    journal, short, publisher = random.choice(JOURNALS)
    author = f"{random.choice(FORENAMES)} {random.choice(SURNAMES)}"
    title = _sentence(random, random.randrange(7, 20)) + "."
    volume = random.randrange(1, 90)
    page = random.randrange(1, 9_000)
    keywords = " | ".join(dict.fromkeys(random.choices(CONTENT_WORDS, k=random.randrange(3, 9))))
    fields = {
        "papertitle": title,
        "reftext": f"{author}, et al. {short}. {year};{volume}:{page}-{page + 9}.",
        "year": "" if random.random() < 0.004 else str(year),
    }
    if not inline:
        absent = random.random()
        fields |= {
            "doi": ".na.character" if absent < 0.01 else f"10.5072/syn.{year}.{pmc}",
            "journal_title": journal,
            "journal_nlm_ta": short,
            "publisher_name": "NA" if 0.01 < absent < 0.03 else publisher,
            "keywords": "" if 0.03 < absent < 0.2 else keywords,
        }
    return _Paper(number, f"PMC{pmc}", inline, fields)


def _head_fields(random: Random, paper: _Paper, figid: str, stem: str, label: int) -> dict[str, str]:
    caption = _caption(random)
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


def _caption(random: Random) -> str:
    count = int(random.lognormvariate(1.75, 0.6)) + 1
    sentences = [_sentence(random, random.randrange(6, 19)) for _ in range(count)]
    if random.random() < 0.25:
        short = [f"{word.upper()[:4]}: {word}" for word in random.choices(CONTENT_WORDS, k=6)]
        sentences.append("Abbreviations: " + "; ".join(short))
    if random.random() < 0.03:
        sentences.append('Levels of "free" ligand aren\'t drawn to scale (\\mu g)')
    return ". ".join(sentences) + "."


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


def _table_record(
    random: Random, paper: _Paper, head: dict[str, str], genes: list[GeneRow], chemicals: list[TermRow]
) -> str:
    symbols = dict.fromkeys([row.symbol for row in genes] or [row.word for row in chemicals])
    return "".join(
        [
            "---\n",
            _fields(head, "figid figtitle"),
            sequence("organisms", _organism_names(random, 0.4)),
            _fields(head, "pmcid filename figlink number caption"),
            _fields(paper.fields, "papertitle reftext year doi"),
            _fields(paper.fields, "journal_title journal_nlm_ta publisher_name keywords"),
            f"automl_pathway: {head['score']}\nfigid_alias: {head['alias']}\nfigtype: Figure\n",
            sequence("organisms_ner", _organism_names(random, 0.05)),
            f"redirect_from: /figures/{head['alias']}\nndex: ''\n",
            _block(head, list(symbols)),
            "---\n",
        ]
    )


def _inline_record(
    random: Random,
    paper: _Paper,
    head: dict[str, str],
    network: str,
    genes: list[GeneRow],
    chemicals: list[TermRow],
    diseases: list[TermRow],
) -> str:
    symbols = dict.fromkeys([*[row.symbol for row in genes], *[row.word for row in [*chemicals, *diseases]]])
    organisms = _organism_names(random, 0.05)
    plain = len(organisms) == 1 and random.random() < 0.5
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
            field("organisms", organisms[0]) if plain else sequence("organisms", organisms),
            field("ndex", network),
            annotation if random.random() < 0.02 else "annotations: []\n",
            _block(head, list(symbols)),
            inline_genes(genes),
            inline_terms("chemicals", chemicals),
            inline_terms("diseases", diseases),
            f"figid_alias: {head['alias']}\nredirect_from: /figures/{head['alias']}\nfigtype: Figure\n---\n",
        ]
    )


def _tables(
    random: Random, figid: str, genes: list[GeneRow], chemicals: list[TermRow], diseases: list[TermRow]
) -> dict[str, str]:
    tables = {}
    # now and then a table is missing although the block has its symbols
    if genes and random.random() > 0.005:
        tables[f"_data/{figid}-genes.tsv"] = gene_table(random, genes)
    if chemicals:
        tables[f"_data/{figid}-chemicals.tsv"] = term_table(chemicals, "chebi")
    if diseases:
        tables[f"_data/{figid}-diseases.tsv"] = term_table(diseases, "doid")
    return tables


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
