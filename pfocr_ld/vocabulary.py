"""Every IRI that pfocr-ld writes or asks for: one table of prefixes, closed namespaces, minted IRIs.

A namespace is closed: ``PFOCR.wrod`` raises instead of giving an IRI that nothing else knows. The terms of
``PFOCR`` are described in ``ontologies/pfocr.ttl``; a test holds the two lists against each other.

Source of the IRIs: data model, section 2. The path form (``https://identifiers.org/ncbigene/3569``) is what
is built here and what WikiPathways RDF and AOP-Wiki RDF use; the registry's compact form
(``https://identifiers.org/ncbigene:3569``) is the same table read through :func:`prefixes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from string import ascii_letters, digits
from typing import Literal
from urllib.parse import quote

IdentifierForm = Literal["path", "compact"]
SchemaScheme = Literal["http", "https"]


class Namespace(str):
    """A namespace IRI whose terms are known: ``PFOCR.word`` is the IRI of a term, an unknown one raises."""

    _terms: frozenset[str]

    @classmethod
    def closed(cls, iri: str, terms: str) -> Namespace:
        """Return the namespace ``iri`` with ``terms``, local names separated by spaces."""
        namespace = cls(iri)
        namespace._terms = frozenset(terms.split())
        # As attributes they are found at once, and before the methods that a text has.
        vars(namespace).update({name: iri + name for name in namespace._terms})
        return namespace

    def __getattr__(self, name: str) -> str:
        if name in self._terms:
            return str(self) + name
        raise AttributeError(f"{name!r} is not a term of {self!s}")

    @property
    def terms(self) -> frozenset[str]:
        """The local names of this namespace that pfocr-ld uses."""
        return self._terms


RDF = Namespace.closed("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type first rest nil JSON langString")
RDFS = Namespace.closed("http://www.w3.org/2000/01/rdf-schema#", "label comment")
XSD = Namespace.closed(
    "http://www.w3.org/2001/XMLSchema#",
    "string decimal integer gYear boolean double float date dateTime time",
)
SKOS = Namespace.closed(
    "http://www.w3.org/2004/02/skos/core#", "closeMatch exactMatch prefLabel notation definition"
)
DCTERMS = Namespace.closed("http://purl.org/dc/terms/", "bibliographicCitation identifier")
VOID = Namespace.closed("http://rdfs.org/ns/void#", "Dataset inDataset sparqlEndpoint triples")
SCHEMA = Namespace.closed(
    "http://schema.org/",
    "Dataset ScholarlyArticle Periodical Organization DefinedTerm Gene ChemicalSubstance MedicalCondition "
    "Taxon "
    "about alternateName creator datePublished description headline identifier image isBasedOn isPartOf "
    "keywords license mentions name publisher sameAs termCode url",
)
PFOCR = Namespace.closed(
    "https://pfocr.wikipathways.org/vocab#",
    # classes
    "PathwayFigure Mention GeneMention ChemicalMention DiseaseMention OrganismMatch GeneFamily Lexicon Tier "
    # the figure
    "blockId caption fileName figureNumber figureType pathwayScore pmcRank listedOrganism matchedOrganism "
    "ndexNetwork wikiPathway enrichedFor termSource hasMention hasOrganismMatch possiblyMentions "
    "geneWord chemicalWord diseaseWord ambiguousWord highestConfidence "
    # the mention
    "word matchedTerm lexicon entity reading corroborated confidence candidates occurrences tier "
    # families and organisms
    "member organism organismGroup taxon directMatches synonymMatches totalMatches "
    # lexicons and tiers
    "hgnc_symbol hgnc_alias_symbol hgnc_prev_symbol bioentities_symbol ncbigene_symbol ncbigene_synonym "
    "famplex_relations mesh chebi doid strict synonym family term "
    # how a word was read, and how sure that is
    "exact normalized part expanded substituted high medium low",
)

SITE = "https://pfocr.wikipathways.org"
ONTOLOGY = SITE + "/vocab"
"""The vocabulary that the graph conforms to, whose terms are those of ``PFOCR``."""
# A field or column that the model does not know, or a value that its typed triple does not give back.
FIELD = ONTOLOGY + "/field/"
LEXICONS = ONTOLOGY + "/lexicon/"
"""Of lexicons that the vocabulary does not describe."""
FIGURES = SITE + "/figures/"
FAMILIES = SITE + "/families/"
ORGANISMS = SITE + "/organisms/"
GENID = SITE + "/.well-known/genid/"
EXAMPLES = SITE + "/.well-known/sparql-examples/"
"""Of the bundled queries as examples, and without the last slash the graph of them."""
DATASET = SITE + "/#dataset"
LINKSETS_GRAPH = SITE + "/#linksets"  # of nothing but links to other data
DATASET_GRAPH = SITE + "/#graph"  # of what belongs to no figure, or of everything
WIKIPATHWAYS_ORGANIZATION = "https://www.wikipathways.org/"
BIOSCHEMAS_DATASET = "https://bioschemas.org/profiles/Dataset/1.0-RELEASE"
"""The profile, in its version, to which a release's page conforms."""
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
PMC_SITE = "https://www.ncbi.nlm.nih.gov"
EUROPE_PMC = "https://europepmc.org"

IDENTIFIERS = "https://identifiers.org/"
# Of publishers, who name what identifiers.org does by IRIs of their own.
OBO = "http://purl.obolibrary.org/obo/"
UNIPROT = "http://purl.uniprot.org/"
MESH_RDF = "http://id.nlm.nih.gov/mesh/"
EDAM = "http://edamontology.org/"

# prefix → (namespace in path form, namespace in compact form where that is another)
_PREFIX_TABLE: dict[str, tuple[str, str | None]] = {
    "schema": (SCHEMA, None),
    "pfocr": (PFOCR, None),
    "ncbigene": (IDENTIFIERS + "ncbigene/", IDENTIFIERS + "ncbigene:"),
    "hgnc.symbol": (IDENTIFIERS + "hgnc.symbol/", IDENTIFIERS + "hgnc.symbol:"),
    "mesh": (IDENTIFIERS + "mesh/", IDENTIFIERS + "mesh:"),
    "chebi": (IDENTIFIERS + "chebi/CHEBI:", IDENTIFIERS + "CHEBI:"),
    "doid": (IDENTIFIERS + "doid/DOID:", IDENTIFIERS + "DOID:"),
    "taxonomy": (IDENTIFIERS + "taxonomy/", IDENTIFIERS + "taxonomy:"),
    "pmc": (IDENTIFIERS + "pmc/", IDENTIFIERS + "pmc:"),
    "ndex": (IDENTIFIERS + "ndex/", IDENTIFIERS + "ndex:"),
    "wikipathways": (IDENTIFIERS + "wikipathways/", IDENTIFIERS + "wikipathways:"),
    "doi": ("https://doi.org/", None),
    "rdf": (RDF, None),
    "rdfs": (RDFS, None),
    "xsd": (XSD, None),
    "owl": ("http://www.w3.org/2002/07/owl#", None),
    "skos": (SKOS, None),
    "dcterms": (DCTERMS, None),
    "prov": ("http://www.w3.org/ns/prov#", None),
    "pav": ("http://purl.org/pav/", None),
    "void": (VOID, None),
    "dcat": ("http://www.w3.org/ns/dcat#", None),
    "oa": ("http://www.w3.org/ns/oa#", None),
    "sh": ("http://www.w3.org/ns/shacl#", None),
    "spdx": ("http://spdx.org/rdf/terms#", None),
}


# prefix → namespace of what the descriptions of a dataset and other documents use, but no graph of figures
_FURTHER_NAMESPACES = {
    "biolink": "https://w3id.org/biolink/vocab/",
    "cito": "http://purl.org/spar/cito/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "freq": "http://purl.org/cld/freq/",
    "idot": "http://identifiers.org/idot/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sio": "http://semanticscience.org/resource/",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "void-ext": "http://ldf.fi/void-ext#",
}


# What WikiPathways' endpoint declares by itself, and the queries of its collection leave out.
_WIKIPATHWAYS_NAMESPACES = {
    "biopax": "http://www.biopax.org/release/biopax-level3.owl#",
    "cas": IDENTIFIERS + "cas/",
    "cur": "http://vocabularies.wikipathways.org/wp#Curation:",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "foaf": _FURTHER_NAMESPACES["foaf"],
    "gpml": "http://vocabularies.wikipathways.org/gpml#",
    "pubmed": "http://www.ncbi.nlm.nih.gov/pubmed/",
    "wp": "http://vocabularies.wikipathways.org/wp#",
    "wprdf": "http://rdf.wikipathways.org/",
}


def query_prefixes() -> dict[str, str]:
    """Return the prefixes that a query need not declare where it is run here."""
    return _WIKIPATHWAYS_NAMESPACES | prefixes()


def prologue(*names: str) -> str:
    """Return the line that declares some prefixes of the table in a query.

    :raises KeyError: one is not in the table.
    """
    return "".join(f"PREFIX {name}: <{_PREFIX_TABLE[name][0]}> " for name in names) + "\n"


def further_prefixes(*names: str) -> dict[str, str]:
    """Return the table of prefixes with those that documents beside the graph need, all
    of them if none is named.

    :raises KeyError: one is not known.
    """
    return prefixes() | {name: _FURTHER_NAMESPACES[name] for name in names or _FURTHER_NAMESPACES}


def prefixes(identifiers: IdentifierForm = "path", schema_org: SchemaScheme = "http") -> dict[str, str]:
    """Return the table of prefixes (prefix → namespace IRI) for a form of the identifiers.org IRIs.

    :param identifiers: ``path`` as WikiPathways RDF writes them, or ``compact`` as the registry does.
    :param schema_org: the scheme of the schema.org namespace.
    """
    table = {
        prefix: (compact or path) if identifiers == "compact" else str(path)
        for prefix, (path, compact) in _PREFIX_TABLE.items()
    }
    if schema_org == "https":
        table["schema"] = table["schema"].replace("http://", "https://", 1)
    return table


def rewrites(identifiers: IdentifierForm = "path", schema_org: SchemaScheme = "http") -> dict[str, str]:
    """Return the namespaces that a chosen form changes: path or http form → the chosen one."""
    default, chosen = prefixes(), prefixes(identifiers, schema_org)
    return {default[prefix]: chosen[prefix] for prefix in default if default[prefix] != chosen[prefix]}


def identifier_iri(prefix: str, local: str) -> str:
    """Return the IRI of an identifier: ``identifier_iri("ncbigene", "3569")``.

    What may not stand raw in an IRI is percent-encoded (RFC 3987, section 3.1).
    """
    return _PREFIX_TABLE[prefix][0] + encode(local)


# Sub-delimiters and the like that RFC 3986, section 3.3, allows in a path segment, less those that stores and
# people stumble over; "/" because a DOI and a figure link hold it.
_SAFE = "/:@!$*,;=~().-_"
_UNENCODED = _SAFE + ascii_letters + digits


def encode(text: str) -> str:
    """Percent-encode ``text`` as UTF-8 for use inside an IRI; what is unreserved stays readable."""
    # Nearly every text needs nothing, which is seen in a tenth of the time.
    if (text.isalnum() and text.isascii()) or not text.strip(_UNENCODED):
        return text
    return quote(text, safe=_SAFE)


def figure_iri(figid: str) -> str:
    """Return the IRI under which PFOCR publishes a figure:
    ``…/figures/<figid>.html`` (data model, section 3).
    """
    return f"{FIGURES}{encode(figid)}.html"


def graph_iri(figure: str) -> str:
    """Return the IRI of a figure's own named graph: the figure's without ``.html``, plus ``#graph``."""
    return figure.removesuffix(".html") + "#graph"


def field_iri(name: str) -> str:
    """Return the property of a field or column that the model does not know (data model, section 3)."""
    return FIELD + quote(name, safe="")


def organism_iri(name: str) -> str:
    """Return the IRI of an organism that has no known taxon id: PFOCR's own page of
    it (data model, section 3).
    """
    page = name.lower().replace(".", "").replace(" ", "_")
    return f"{ORGANISMS}{encode(page)}.html"


def lexicon_iri(name: str) -> str:
    """Return the IRI of a lexicon that the vocabulary does not describe (data model, section 4)."""
    return LEXICONS + quote(name, safe="")


def family_iri(term: str, organism_id: str, members: Iterable[str]) -> str:
    """Return the IRI of a gene family: its term, and a hash of its organism and
    members (data model, section 4).

    :param members: NCBI Gene ids in the order of their texts.
    """
    name = term if term.isalnum() and term.isascii() else quote(term, safe="")
    return f"{FAMILIES}{name}-{digest((organism_id, *members))}"


def digest(parts: Iterable[str]) -> str:
    """Return a short stable name (16 hexadecimal digits, BLAKE2b) for a sequence of texts.

    64 bits: within one figure's few hundred rows a collision is out of reach (below 1e-14). The parts are
    separated by a tab; where one holds a tab itself they are escaped and hashed by another function of the
    same family, so that no two sequences look alike.
    """
    texts = parts if isinstance(parts, tuple) else tuple(parts)
    joined = "\t".join(texts)
    hasher = _HASHER
    if joined.count("\t") != len(texts) - 1:
        joined = "\t".join(text.replace("\\", "\\\\").replace("\t", "\\t") for text in texts)
        hasher = _HASHER_OF_ESCAPED
    hasher = hasher.copy()  # takes half the time of making one
    hasher.update(joined.encode("utf-8", "surrogatepass"))
    return hasher.hexdigest()


def digest_all(sequences: Sequence[tuple[str, ...]]) -> list[str]:
    """Return what :func:`digest` does of each of some sequences, in less time."""
    joined = "\n".join(map("\t".join, sequences))
    separators = sum(map(len, sequences)) - 1
    if joined.count("\t") + joined.count("\n") != separators:  # one of the texts holds one itself
        return list(map(digest, sequences))
    digests: list[str] = []
    copy = _HASHER.copy
    for text in joined.encode("utf-8", "surrogatepass").split(b"\n"):
        hasher = copy()
        hasher.update(text)
        digests.append(hasher.hexdigest())
    return digests


_HASHER = blake2b(digest_size=8)
_HASHER_OF_ESCAPED = blake2b(digest_size=8, person=b"escaped")


def genid(parts: Iterable[str]) -> str:
    """Return the IRI that stands for a node without a name (RDF 1.1 Concepts, section 3.5)."""
    return GENID + digest(parts)
