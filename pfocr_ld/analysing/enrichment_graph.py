"""An enrichment as RDF: an activity with its inputs and parameters (PROV-O), and its results as a data cube.

Statistics by the W3C's RDF Data Cube vocabulary: each tested set with a listed gene is an observation of one
figure, and the file itself declares its measures, which point to the statistical terms that they are (OBI,
``qb:concept``). Nothing asks the clock, so that the same list, data and parameters give the same bytes; the
analysis is named by a hash of these.

Sources: PROV-O, section 3; The RDF Data Cube Vocabulary, sections 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from pfocr_ld.analysing.enrichment import EnrichedSet, Enrichment
from pfocr_ld.analysing.enrichment_report import describe_test
from pfocr_ld.curies import Abbreviations, expand_curie
from pfocr_ld.terms import Term, Triple, integer, iri, language_literal, literal, typed_literal
from pfocr_ld.version import __version__
from pfocr_ld.vocabulary import DATASET, OBO, ONTOLOGY, RDFS, XSD, figure_iri, genid, identifier_iri
from pfocr_ld.writing.turtle import TurtleWriter

PROPERTIES = f"{ONTOLOGY}/enrichment/"
"""The namespace of what an analysis says; each file declares what it uses of it."""
_CUBE = "http://purl.org/linked-data/cube#"
_OBI = f"{OBO}OBI_"

_MEASURES = {
    "rank": ("Place among the results, the smallest p-value first.", "integer", ""),
    "overlap": ("How many listed genes the set holds.", "integer", ""),
    "setSize": ("How many genes of the background the set holds.", "integer", ""),
    "listed": ("How many genes of the background are listed.", "integer", ""),
    "background": ("How many genes the background holds.", "integer", ""),
    "fold": ("How many times as many listed genes as expected.", "double", ""),
    "pValue": ("P[X >= overlap] by the hypergeometric distribution.", "double", "0000175"),
    "falseDiscoveryRate": ("By Benjamini and Hochberg, over all sets tested.", "double", "0001442"),
    "group": ("The rank of the first result whose set is nearly equal.", "integer", ""),
}
"""Local name → what it means, its datatype, and the term of OBI that it measures."""
_PARAMETERS = {
    "organism": "The organism whose genes are tested.",
    "evidence": "Which genes of a figure count.",
    "minimumSize": "The genes that a tested set holds at least.",
    "maximumSize": "The genes that a tested set holds at most.",
    "testedSets": "How many sets were tested, sets of equal genes once.",
    "unknownName": "A name of the list that is of no gene in the data.",
    "ambiguousName": "A name of the list that is of several genes, and left out.",
    "outsideBackground": "The symbol of a listed gene that the background does not hold, and left out.",
}
_OTHERS = {
    "figure": "The figure whose genes are the set.",
    "equalFigure": "Another figure with exactly these genes.",
    "sharedGene": "A listed gene of the set.",
    "sha256": "The SHA-256 of the names, a name a line; of the data, of their sets.",
}


def write_turtle(result: Enrichment) -> str:
    """Return the analysis as Turtle."""
    sets = result.figure_sets
    sizes = (str(result.min_size), str(result.max_size))
    name = genid(
        (
            "enrichment",
            result.digest,
            result.background_digest,
            sets.digest,
            sets.release,
            *sizes,
            __version__,
        )
    )
    namespaces = {"": f"{name}#", "enrichment": PROPERTIES, "qb": _CUBE}
    writer = TurtleWriter(Abbreviations("path", "http", namespaces))
    return (writer.header + b"\n".join(writer.write(block) for block in _blocks(result, name))).decode()


def _blocks(result: Enrichment, name: str) -> Iterator[list[Triple]]:
    """Yield the triples, those of a subject together."""
    yield _describe_activity(result, name)
    yield from _describe_inputs(result, name)
    yield _about(
        name,
        ("rdf:type", iri(f"{_CUBE}DataSet")),
        ("rdf:type", _term("prov:Entity")),
        ("rdfs:label", language_literal("Pathway figures enriched in a list of genes", "en")),
        (f"{_CUBE}structure", iri(f"{name}#structure")),
        ("prov:wasGeneratedBy", iri(f"{name}#test")),
    )
    yield from _declare(name)
    genes = [iri(identifier_iri("ncbigene", gene)) for gene in result.figure_sets.gene_ids]
    for rank, found in enumerate(result.sets, 1):
        yield _observe(f"{name}#set-{rank}", name, rank, found, genes)


def _describe_activity(result: Enrichment, name: str) -> list[Triple]:
    sets, recognition = result.figure_sets, result.recognition
    background = [iri(f"{name}#background")] if result.background_digest else []
    return _about(
        f"{name}#test",
        ("rdf:type", _term("prov:Activity")),
        ("rdfs:label", language_literal("Over-representation test", "en")),
        *(("rdfs:comment", language_literal(line, "en")) for line in describe_test(result)),
        *(("prov:used", used) for used in (iri(f"{name}#list"), *background, iri(f"{name}#data"))),
        ("prov:wasAssociatedWith", iri(f"{name}#software")),
        *((f"{PROPERTIES}{key}", value) for key, value in (
            ("organism", iri(identifier_iri("taxonomy", sets.organism))),
            ("evidence", literal(sets.evidence)),
            ("minimumSize", integer(result.min_size)),
            ("maximumSize", integer(result.max_size)),
            ("testedSets", integer(result.tested)),
            ("background", integer(result.background_size)),
            *(("unknownName", literal(one)) for one in dict.fromkeys(recognition.unknown)),
            *(("ambiguousName", literal(one)) for one in dict.fromkeys(recognition.ambiguous)),
            *(("outsideBackground", literal(one)) for one in dict.fromkeys(result.outside_background)),
        )),
    )  # fmt: skip


def _describe_inputs(result: Enrichment, name: str) -> Iterator[list[Triple]]:
    sets = result.figure_sets
    yield _entity(f"{name}#list", "The list of genes", result.digest)
    if result.background_digest:
        yield _entity(f"{name}#background", "The genes that could have been listed", result.background_digest)
    data = _entity(f"{name}#data", "The figures' sets of genes", sets.digest)
    data.append((iri(f"{name}#data"), _term("prov:wasDerivedFrom"), iri(DATASET)))
    if sets.release:
        data.append((iri(f"{name}#data"), _term("pav:version"), literal(sets.release)))
    yield data
    yield _about(
        f"{name}#software",
        ("rdf:type", _term("prov:SoftwareAgent")),
        ("rdfs:label", literal(f"pfocr-ld {__version__}")),
    )


def _entity(subject: str, label: str, digest: str) -> list[Triple]:
    return _about(
        subject,
        ("rdf:type", _term("prov:Entity")),
        ("rdfs:label", language_literal(label, "en")),
        (f"{PROPERTIES}sha256", literal(digest)),
    )


def _declare(name: str) -> Iterator[list[Triple]]:
    """Yield what the properties mean, and the structure of an observation."""
    components = {"figure": "dimension", **dict.fromkeys(_MEASURES, "measure")}
    yield _about(
        f"{name}#structure",
        ("rdf:type", iri(f"{_CUBE}DataStructureDefinition")),
        *((f"{_CUBE}component", iri(f"{name}#component-{key}")) for key in components),
    )
    for key, kind in components.items():
        yield _about(
            f"{name}#component-{key}",
            ("rdf:type", iri(f"{_CUBE}ComponentSpecification")),
            (f"{_CUBE}{kind}", iri(f"{PROPERTIES}{key}")),
        )
    for key, meaning in {**_PARAMETERS, **_OTHERS}.items():
        class_ = f"{_CUBE}DimensionProperty" if key == "figure" else expand_curie("rdf:Property")
        yield _property(key, meaning, class_)
    for key, (meaning, datatype, concept) in _MEASURES.items():
        declared = _property(key, meaning, f"{_CUBE}MeasureProperty")
        declared.append((declared[0][0], _term("rdfs:range"), iri(f"{XSD}{datatype}")))
        if concept:
            declared.append((declared[0][0], iri(f"{_CUBE}concept"), iri(f"{_OBI}{concept}")))
        yield declared


def _property(key: str, meaning: str, class_: str) -> list[Triple]:
    return _about(
        f"{PROPERTIES}{key}",
        ("rdf:type", iri(class_)),
        (RDFS.label, language_literal(key, "en")),
        (RDFS.comment, language_literal(meaning, "en")),
    )


def _observe(subject: str, name: str, rank: int, found: EnrichedSet, genes: list[Term]) -> list[Triple]:
    figure, *others = found.figures
    values = (rank, len(found.overlap), found.set_size, found.listed, found.background,
              found.fold, found.p_value, found.fdr, found.group)  # fmt: skip
    return _about(
        subject,
        ("rdf:type", iri(f"{_CUBE}Observation")),
        (f"{_CUBE}dataSet", iri(name)),
        (f"{PROPERTIES}figure", iri(figure_iri(figure.figid))),
        *((f"{PROPERTIES}{key}", _number(value)) for key, value in zip(_MEASURES, values, strict=True)),
        *((f"{PROPERTIES}sharedGene", genes[gene]) for gene in found.overlap),
        *((f"{PROPERTIES}equalFigure", iri(figure_iri(other.figid))) for other in others),
    )


def _about(subject: str, *statements: tuple[str, Term]) -> list[Triple]:
    """Return statements about one subject, by the IRI or the prefixed name of each property."""
    return [(iri(subject), _term(name), value) for name, value in statements]


def _term(name: str) -> Term:
    return iri(name if "/" in name else expand_curie(name))


def _number(value: float) -> Term:
    return integer(value) if isinstance(value, int) else typed_literal(f"{value!r}", XSD.double)
