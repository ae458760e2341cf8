"""What the dataset says of itself in every release: its names, people, licence and subjects.

What changes from release to release is in :mod:`pfocr_ld.describing.facts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pfocr_ld.vocabulary import CC0, EDAM, ONTOLOGY, SITE, WIKIPATHWAYS_ORGANIZATION, identifier_iri


@dataclass(frozen=True, slots=True)
class Article:
    """A paper to cite."""

    authors: str
    year: int
    title: str
    journal: str
    """With volume and number."""
    doi: str

    @property
    def iri(self) -> str:
        """The DOI as an address."""
        return identifier_iri("doi", self.doi)


NAME = "PFOCR as linked data"
TITLE = "Pathway Figure OCR (PFOCR) as linked data"
DESCRIPTION = (
    "PFOCR's records of pathway figures of the biomedical literature, with the genes, gene families, "
    "chemicals and "
    "diseases that programs read in their images. Each mention keeps the word as it was read, the term and "
    "the lexicon "
    "that the word was matched to, the entity that it stands for, and how sure that reading is, by a rule "
    "that is "
    "written down. Entities have identifiers.org IRIs; those of genes and chemicals are the ones of "
    "WikiPathways RDF."
)
KEYWORDS = (
    "pathway figures",
    "biological pathways",
    "optical character recognition",
    "gene mentions",
    "gene families",
    "chemical mentions",
    "disease mentions",
    "literature mining",
    "gene sets",
    "RDF",
    "linked data",
    "PFOCR",
    "WikiPathways",
)
THEMES = {
    EDAM + "topic_0602": "Molecular interactions, pathways and networks",
    EDAM + "topic_0218": "Natural language processing",
}
"""EDAM topics: IRI → label."""

PUBLISHER = WIKIPATHWAYS_ORGANIZATION
PUBLISHER_NAME = "WikiPathways"
HOMEPAGE = SITE + "/"
LOGO = SITE + "/assets/img/pfocr_logo_500.png"
LICENSE = CC0
LICENSE_NAME = "CC0 1.0 Universal"
RIGHTS = (
    "CC0 covers identifiers, matches and counts as PFOCR's record; captions, titles and images belong to the "
    "papers, and "
    "are under the papers' licences."
)
"""What the licence covers, and what not."""
MODEL = (ONTOLOGY + "/2.0.0", ONTOLOGY + "/confidence/1")
"""The edition of the data model, and that of the rule by which it says how sure a reading is."""

ARTICLES = (
    Article(
        "Hanspers K, Riutta A, Summer-Kutmon M, Pico AR",
        2020,
        "Pathway information extracted from 25 years of pathway figures",
        "Genome Biology 21:273",
        "10.1186/s13059-020-02181-2",
    ),
    Article(
        "Shin MG, Pico AR",
        2023,
        "Using published pathway figures in enrichment analysis and machine learning",
        "BMC Genomics 24:713",
        "10.1186/s12864-023-09816-1",
    ),
)
"""How PFOCR itself was made and what it is good for."""
