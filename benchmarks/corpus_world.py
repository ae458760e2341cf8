"""What the synthetic figures draw from: organisms, genes, chemicals, diseases, journals and words.

Everything is computed from its rank, most popular first, so that there is no list to ship and a rank means
the same thing in every corpus. Symbols and names are put together from letters and syllables; where one
equals a real symbol it is by chance. Only the names and numbers of the organisms, the lexicons and a handful
of short English words that optical character recognition takes for genes are those of the real database.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Organism(NamedTuple):
    """An organism of the gene tables."""

    name: str
    taxon: str
    group: str
    genes: int
    """How many of the human genes, most popular first, have an ortholog here."""
    share: float
    """In what share of the gene tables it stands."""
    style: str
    """How its symbols are written: upper, title or lower."""
    text: str
    """What a caption calls it."""


ORGANISMS = (
    Organism("Homo sapiens", "9606", "Primates", 30_000, 0.95, "upper", "patients"),
    Organism("Mus musculus", "10090", "Rodents", 21_000, 0.30, "title", "mice"),
    Organism("Drosophila melanogaster", "7227", "Invertebrates", 11_500, 0.41, "title", "Drosophila"),
    Organism("Rattus norvegicus", "10116", "Rodents", 18_500, 0.20, "title", "rats"),
    Organism("Danio rerio", "7955", "Vertebrates", 17_000, 0.18, "lower", "zebrafish"),
    Organism("Arabidopsis thaliana", "3702", "Plants", 16_000, 0.06, "upper", "Arabidopsis"),
    Organism("Caenorhabditis elegans", "6239", "Invertebrates", 13_000, 0.04, "lower", "C. elegans"),
    Organism("Saccharomyces cerevisiae", "4932", "Fungi", 6_000, 0.04, "upper", "yeast"),
    Organism("Bos taurus", "9913", "Mammals", 15_500, 0.03, "upper", "cattle"),
    Organism("Gallus gallus", "9031", "Vertebrates", 12_500, 0.03, "upper", "chicken"),
    Organism("Sus scrofa", "9823", "Mammals", 15_500, 0.02, "upper", "pigs"),
    Organism("Zea mays", "4577", "Plants", 14_500, 0.02, "upper", "maize"),
)
HUMAN = ORGANISMS[0]
FLY = 2
"""The place of the fly, whose symbols are often plain words."""

# Named by figures but without genes; some have no taxon id in their organism file, as in the real one.
BYSTANDERS = (
    ("Escherichia coli", "562", "Bacteria"),
    ("Oryza sativa", "4530", "Plants"),
    ("Xenopus laevis", "8355", "Vertebrates"),
    ("Hepatitis C virus", "11103", "Viruses"),
    ("Plasmodium falciparum", "5833", "Protists"),
    ("gut metagenome", "749906", "Environmental samples"),
    ("synthetic construct", "", "Unassigned"),
    ("uncultured bacterium", "77133", "Environmental samples"),
)

_FAMILY_SIZES = (1, 3, 1, 5, 2, 1, 8, 1, 4, 2, 1, 13, 3, 1, 2, 6)
_CONSONANTS = "BCDFGHKLMNPRSTVWXZ"
_LETTERS = "AEIOU" + _CONSONANTS
_PRIME = 65_537
_STRIDE = 40_503


class GeneCatalogue(NamedTuple):
    """The genes by popularity; one entry of each list for each rank."""

    symbols: dict[str, tuple[str, ...]]
    """The symbols in each style."""
    families: tuple[range, ...]
    """The ranks of the family that the gene belongs to."""
    stems: tuple[str, ...]
    """The name of that family."""


@cache
def genes() -> GeneCatalogue:
    """Build the catalogue of genes, once in a process."""
    symbols: list[str] = []
    families: list[range] = []
    stems: list[str] = []
    number = 0
    while len(symbols) < HUMAN.genes:
        size = min(_FAMILY_SIZES[number % len(_FAMILY_SIZES)], HUMAN.genes - len(symbols))
        name = stem(number)
        family = range(len(symbols), len(symbols) + size)
        symbols += [f"{name}{member}" for member in range(1, size + 1)]
        families += [family] * size
        stems += [name] * size
        number += 1
    lower, title = (tuple(map(change, symbols)) for change in (str.lower, str.title))
    return GeneCatalogue(
        {"upper": tuple(symbols), "title": title, "lower": lower}, tuple(families), tuple(stems)
    )


def stem(number: int) -> str:
    """Return the beginning of the symbols of a family of genes."""
    scattered = number * 7_919 % (18 * 23 * 18 * 4)  # each number below the product has a stem of its own
    first, rest = scattered % 18, scattered // 18
    second, rest = rest % 23, rest // 23
    third, fourth = rest % 18, rest // 18
    return _CONSONANTS[first] + _LETTERS[second] + _CONSONANTS[third] + ("", "R", "X", "P")[fourth]


def gene_id(organism: int, rank: int) -> int:
    """Return the id of a gene: distinct for each organism (a place in
    :data:`ORGANISMS`) and rank, in no order.
    """
    return rank * _STRIDE % _PRIME + 1 + organism * 70_000


def draw_rank(random: Random, count: int, flatness: float) -> int:
    """Draw a rank below *count*, the less often the higher (Zipf and Mandelbrot's law, exponent 1).

    :param flatness: how many of the first ranks are nearly as popular as the very first.
    """
    return int(flatness * ((count + flatness) / flatness) ** random.random() - flatness)


TOPICS = 2_000
_GENES_OF_A_TOPIC = 60
GENE_FLATNESS = 9.0
"""So the most popular gene is named in one figure of eight: benchmarks/README.md says why."""


@cache
def topic_genes(topic: int) -> tuple[int, ...]:
    """Return the ranks of the genes that figures of a topic draw from: some of them belong together."""
    random = Random(topic)
    return tuple(draw_rank(random, HUMAN.genes, GENE_FLATNESS) for _ in range(_GENES_OF_A_TOPIC))


CHEMICALS = 9_000
DISEASES = 1_600
_HEADS = _words("vel tor mi dra pheno sul cary lith quin ster gal meth oxo bar nico")
_MIDDLES = ("", *_words("va lo ri do xa the no gly pro cu ba sy mer to ni fla ro"))
_TAILS = _words("mine late nol rin stat done cin tide zole sone xan phos gen dine")
_DISEASE_TAILS = _words("osis itis oma emia pathy algia plegia trophy rrhea penia")


def chemical_name(rank: int) -> str:
    """Return the name of a chemical."""
    return _compound(rank, _TAILS)


def disease_name(rank: int) -> str:
    """Return the name of a disease."""
    return _compound(rank, _DISEASE_TAILS)


def acronym(rank: int) -> str:
    """Return the short name of a chemical, or an empty text where it has none."""
    if rank % 5 != 2:
        return ""
    place, rest = rank % 18, rank // 18
    return _CONSONANTS[place] + "ADMT"[rest % 4] + "PHN"[rest // 4 % 3] + ("", "2", "3")[rest // 12 % 3]


def _compound(rank: int, tails: tuple[str, ...]) -> str:
    tail, rest = rank % len(tails), rank // len(tails)
    head, rest = (rest + rank) % len(_HEADS), rest // len(_HEADS)
    middle, rest = (rest + rank) % len(_MIDDLES), rest // len(_MIDDLES)
    return _HEADS[head] + _MIDDLES[middle] + tails[tail] + (f"-{rest}" if rest else "")


# Short English words and look-alikes that stand as words in the tables; YAML and spreadsheets trip over some.
FALSE_WORDS = _words("on and form NO ON Y 1E5 no or CAN NA yes 12 off SET rest")
CYRILLIC = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
GREEK = _words("α β γ κ δ Δ μ")

_ADJECTIVES = _words(
    """
    Molecular Applied Northern Open Modern Comparative Experimental Clinical Quantitative General Marine Rural
    Southern Advanced Baltic Alpine Integrative Current Coastal Theoretical Translational Systemic Early Minor
    """
)
JOURNALS = tuple(
    (f"{kind} of {adjective} {topic}", f"{kind[:3]} {adjective[:5]} {topic.split()[0][:5]}", publisher)
    for adjective in _ADJECTIVES
    for kind, publisher in (
        ("Annals", "Larch Press"),
        ("Archives", "Open Meadow"),
        ("Letters", "Quill & Stone"),
        ("Reports", "Birch House Ltd."),
    )
    for topic in (
        "Cell Routes",
        "Signal Paths",
        "Plant Biology",
        "Tissue Repair",
        "Immunity",
        "Lipid Science",
    )
)
"""Title, abbreviation and publisher, the most popular first."""
SURNAMES = _words("Adler Brunel Castaño Dvořák Ekström Farah Grøn Haddad Ito Jansen Kovács Li")
FORENAMES = _words("Ada Bo Clara Dan Elif Femke Gil Hana Ivo Jun Kaya Lu")

_JOINING_WORDS = _words("the the the the of of of and and in in to to by by with from into after under as")
CONTENT_WORDS = _words(
    """
    receptor receptors ligand ligands kinase kinases complex complexes pathway pathways signal signals
    signalling membrane nucleus cytoplasm mitochondria vesicle vesicles channel channels transporter
    target targets promoter activates inhibits binds recruits blocks drives limits restores triggers
    phosphorylates cleaves degrades translocates stabilises represses releases induces activation
    inhibition expression binding release uptake growth survival repair stress differentiation migration
    transcription translation degradation oxidation response feedback regulation inflammation
    proliferation apoptosis active inactive upstream downstream nuclear extracellular hepatic neuronal
    immune metabolic downstream early late cells cell tissue protein proteins gene genes lipid lipids
    glucose calcium oxygen level levels arrows lines (red) (green) (left) (right) (dashed) α-subunit
    β-subunit κ-light Ca2+ Na+/K+ 5′-end 3′-end model scheme overview shows indicates represents suggests
    leads results subsequently finally thus thereby whereas
    """
)
WORDS = _JOINING_WORDS + CONTENT_WORDS
KEYWORDS = 12_000


def keyword(rank: int) -> str:
    """Return an author's keyword: a word, or two."""
    second, first = divmod(rank, len(CONTENT_WORDS))
    return f"{CONTENT_WORDS[second]} {CONTENT_WORDS[first]}" if second else CONTENT_WORDS[first]
