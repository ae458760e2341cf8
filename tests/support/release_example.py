"""Facts of releases that exist nowhere else: a likely one, an empty one and one
whose every text is hostile.
"""

from __future__ import annotations

from dataclasses import replace

from pfocr_ld.describing.facts import (
    ClassPartition,
    DatasetStatistics,
    MostMentioned,
    PlotFacts,
    PropertyPartition,
    ReleaseFacts,
    ReleaseFile,
    SourceFacts,
    Totals,
)
from pfocr_ld.vocabulary import FIGURES, PFOCR, RDF, SCHEMA, SKOS, XSD, field_iri, identifier_iri

_GENES = {
    "AKT1": 24_310, "MAPK1": 23_902, "MAPK3": 22_117, "TP53": 20_046, "MTOR": 18_990, "NFKB1": 18_204,
    "TNF": 17_731, "IL6": 15_420, "STAT3": 14_018, "EGFR": 12_877, "PIK3CA": 12_340, "PTEN": 11_902,
    "JUN": 10_451, "RELA": 10_007, "CASP3": 9_664, "VEGFA": 9_120, "HIF1A": 8_811, "BCL2": 8_540,
    "JAK2": 7_903, "SRC": 7_650,
}  # fmt: skip
_ORGANISMS = {
    "Homo sapiens": ("9606", 61_204),
    "Mus musculus": ("10090", 38_771),
    "Rattus norvegicus": ("10116", 9_120),
    "Drosophila melanogaster": ("7227", 4_410),
    "Saccharomyces cerevisiae": ("4932", 3_875),
    "Arabidopsis thaliana": ("3702", 3_544),
    "Caenorhabditis elegans": ("6239", 2_102),
    "Escherichia coli": ("562", 1_908),
    "Severe acute respiratory syndrome coronavirus 2": ("2697049", 804),
}
FILES = {
    "pfocr.ttl": (4_812_334_120, 58_240_117),
    "pfocr.nt.gz": (640_128_776, 58_240_117),
    "pfocr.nq.zst": (588_440_012, 58_240_117),
    "pfocr.jsonld.gz": (702_554_091, 58_240_117),
    "linksets.ttl.gz": (6_120_334, 1_024_511),
    "pfocr-20261101-gmt-Homo_sapiens.gmt": (41_220_873, None),
    "pfocr-20261101-chemical-gmt-Homo_sapiens.gmt": (2_710_334, None),
    "gmt/named/gene-symbol/Homo_sapiens.gmt": (44_102_551, None),
    "gmt/possible/gene-ncbigene/Homo_sapiens.gmt": (51_660_120, None),
    "biothings/pfocr_strict.ndjson.gz": (20_114_003, None),
    "kgx/pfocr_edges.jsonl.gz": (138_221_904, None),
    "kgx/pfocr_nodes.tsv.gz": (5_540_118, None),
    "pfocr-vocab.ttl": (31_882, None),
    "pfocr-shapes.ttl": (40_127, None),
    "queries/genes/genes-of-figure.rq": (812, None),
    "queries/genes/gene-trend.rq": (655, None),
    "queries/explore/figures-per-year.rq": (512, None),
    "queries/explore/figure-details.rq": (701, None),
    "queries/queries.ttl": (14_200, None),
    "CHANGES.md": (4_120, None),
    "report.json": (18_402, None),
}


def likely_release() -> ReleaseFacts:
    """Return the facts of a release of the size that PFOCR has."""
    files = tuple(
        ReleaseFile(name, size, f"{number:02x}" * 32, triples)
        for number, (name, (size, triples)) in enumerate(FILES.items(), 10)
    )
    years = {str(year): int(9_400 * 1.19 ** (year - 2023)) for year in range(1995, 2024) if year != 1998}
    return ReleaseFacts(
        version="2026-11-01",
        date="2026-11-01T00:00:00Z",
        base_url="https://data.wikipathways.org/pfocr/",
        software_version="0.1.0",
        sources=(
            SourceFacts("pfocr-database", "git commit 1f3a9c0d4be27786a1b7f2c5d3e8a90b6c4d5e7f"),
            SourceFacts("pfocr-curation.tar.gz", "sha256 " + "9c" * 32),
        ),
        files=files,
        statistics=_statistics(),
        linksets={
            "gene-uniprot": 146_566,
            "gene-hgnc-symbol": 17_420,
            "mesh-nlm": 9_018,
            "chebi-obo": 4_120,
            "doid-obo": 2_201,
            "taxon-obo": 312,
            "taxon-uniprot": 312,
            "paper-doi": 61_440,
            "figure-wikipathways": 0,
            "identifiers-compact": 240_118,
        },
        totals=Totals(91_117, 74_208, 146_566, 1_204, 8_811, 4_020, 388, 4_102_338, 402_115, 188_042),
        plots=PlotFacts(
            years,
            tuple(
                MostMentioned(symbol, identifier_iri("ncbigene", str(place)), figures)
                for place, (symbol, figures) in enumerate(_GENES.items(), 1)
            ),
            {"high": 2_304_220, "medium": 1_001_007, "low": 1_387_268},
            tuple(
                MostMentioned(name, identifier_iri("taxonomy", taxon), figures)
                for name, (taxon, figures) in _ORGANISMS.items()
            ),
        ),
        example=FIGURES + "PMC6966445__cancers-11-02002-g001.html",
        previous="2026-05-01",
    )


def _statistics() -> DatasetStatistics:
    properties = {
        RDF.type: 4_249_292,
        SCHEMA.name: 47_990_825,
        SCHEMA.identifier: 5_000_000,
        PFOCR.word: 500_000,
        PFOCR.entity: 400_000,
        SKOS.closeMatch: 90_000,
        field_iri("seo"): 10_000,
    }
    gene = {
        RDF.type: PropertyPartition(146_566),
        SCHEMA.name: PropertyPartition(150_000, datatypes=frozenset({XSD.string})),
        PFOCR.organism: PropertyPartition(146_566, frozenset({SCHEMA.Taxon})),
    }
    mention = {
        PFOCR.word: PropertyPartition(4_102_338, datatypes=frozenset({XSD.string})),
        PFOCR.entity: PropertyPartition(4_102_338, frozenset({SCHEMA.Gene})),
        PFOCR.candidates: PropertyPartition(4_102_338, datatypes=frozenset({XSD.integer})),
    }
    classes = {
        SCHEMA.Gene: ClassPartition(146_566, gene),
        PFOCR.GeneMention: ClassPartition(4_102_338, mention),
        SCHEMA.Taxon: ClassPartition(388),
    }
    return DatasetStatistics(58_240_117, 4_249_292, 5_100_000, 6_400_000, properties, classes)


def empty_release() -> ReleaseFacts:
    """Return the facts of a release of a source without figures, without anything that is optional."""
    return replace(
        likely_release(),
        sources=(SourceFacts("nothing", "sha256 " + "0" * 64),),
        files=(ReleaseFile("pfocr.ttl", 1_204, "0" * 64, 0),),
        statistics=DatasetStatistics(0, 0, 0, 0, {}, {}),
        linksets={},
        totals=Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        plots=PlotFacts({}, (), {}, ()),
        example="",
        previous=None,
    )


HOSTILE = """</script><script>alert("1")</script>'><img src=x onerror=alert(2)> ]]> <!-- \\ & &amp; {{7*7}} \u2028 \x07"""  # noqa: E501


def hostile_release() -> ReleaseFacts:
    """Return the facts of a release in which every text that comes from the source is an attack."""
    plots = PlotFacts(
        {"2019": 1, "9999": 2, "0001": 3, HOSTILE: 4},
        (MostMentioned(HOSTILE, identifier_iri("ncbigene", "1"), 3),),
        {"high": 1, HOSTILE: 2},
        (MostMentioned(HOSTILE, 'https://example.org/"onclick="alert(1)', 3),),
    )
    statistics = DatasetStatistics(
        6,
        1,
        1,
        5,
        {RDF.type: 1, field_iri(HOSTILE): 5},
        {"https://example.org/Ünknown(class)": ClassPartition(1, {field_iri(HOSTILE): PropertyPartition(5)})},
    )
    return replace(
        likely_release(),
        sources=(SourceFacts(HOSTILE, HOSTILE),),
        statistics=statistics,
        plots=plots,
        doi="10.5281/zenodo.(1)<2>",
        sparql_endpoint="https://example.org/sparql?a=1&b=2",
    )
