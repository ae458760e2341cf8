"""The pipeline that one writes first: ``yaml.safe_load``, ``pyld.to_rdf``, an rdflib graph, Turtle.

``python benchmarks/obvious_pipeline.py SOURCE -o OUT.ttl --figures N`` takes N records spread evenly over the
source and writes the triples of the data model in spirit: the figure, its paper, its mentions and their entities.
It is what pfocr-ld is measured against, not a reference: it lets YAML turn the gene ``NO`` into a boolean,
names mentions by their place, and describes nothing that the data model's finer rules ask for.

The schema.org context is the bundled one, which holds the terms that coerce their values, with the plain
terms that rdflib ships added: the official context is not ours to ship and nothing is fetched. That makes about
2,850 terms of the official 3,081, and the loader keeps it in memory, where a real one asks the network.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from pyld import jsonld
from rdflib import DCTERMS, RDF, SDO, SKOS, XSD, Graph, Literal, Namespace, URIRef

SCHEMA = Namespace("http://schema.org/")
PFOCR = Namespace("https://pfocr.wikipathways.org/vocab#")
IDENTIFIERS = Namespace("https://identifiers.org/")
CONTEXT_FILE = Path(__file__).parents[1] / "ontologies" / "schemaorg-context.jsonld"
ABSENT = {"", "NA", "NaN", ".na.character", None}
WORDS_OF_FIGURE = {
    PFOCR.GeneMention: PFOCR.geneWord,
    PFOCR.ChemicalMention: PFOCR.chemicalWord,
    PFOCR.DiseaseMention: PFOCR.diseaseWord,
}
TERM_KINDS = {
    "chemicals": ("chemical", PFOCR.ChemicalMention, SCHEMA.ChemicalSubstance, "chebi", "CHEBI:"),
    "diseases": ("disease", PFOCR.DiseaseMention, SCHEMA.MedicalCondition, "doid", "DOID:"),
}


def load_context() -> dict[str, Any]:
    """Give the bundled context with a plain entry for every other schema.org term that rdflib knows."""
    plain = {term: {"@id": f"schema:{term}"} for term in SDO.__annotations__}
    bundled = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))["@context"]
    return {"@context": plain | bundled}


def read_record(path: Path) -> dict[str, Any]:
    """Read the front matter and, where the record has no lists, the tables beside it."""
    record: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    for kind in ("genes", "chemicals", "diseases"):
        table = path.parents[1] / "_data" / f"{path.stem}-{kind}.tsv"
        if kind not in record and table.exists():
            with open(table, encoding="utf-8", newline="") as file:
                record[kind] = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return record


def add_record(graph: Graph, record: dict[str, Any], taxa: dict[str, str]) -> None:
    """Add the triples of one record."""
    block = dict(record["schema-jsonld"], license="https://creativecommons.org/publicdomain/zero/1.0/")
    block["name"] = record["figtitle"]
    graph.parse(data=jsonld.to_rdf(block, {"format": "application/n-quads"}), format="nt")
    figure = URIRef(block["@id"])
    add_figure(graph, figure, record, taxa)
    add_paper(graph, record)
    add_genes(graph, figure, record.get("genes") or [])
    for kind in TERM_KINDS:
        add_terms(graph, figure, record.get(kind) or [], kind)


def add_figure(graph: Graph, figure: URIRef, record: dict[str, Any], taxa: dict[str, str]) -> None:
    pmcid = record["pmcid"]
    graph.add((figure, RDF.type, PFOCR.PathwayFigure))
    graph.add((figure, SCHEMA.isPartOf, IDENTIFIERS[f"pmc/{pmcid}"]))
    folder = f"https://www.ncbi.nlm.nih.gov/pmc/articles/{pmcid}"
    graph.add((figure, SCHEMA.image, URIRef(f"{folder}/bin/{record['filename']}")))
    graph.add((figure, SCHEMA.url, URIRef(f"https://www.ncbi.nlm.nih.gov/{record['figlink'].lstrip('/')}")))
    graph.add((figure, SCHEMA.sameAs, URIRef(f"https://pfocr.wikipathways.org{record['redirect_from']}")))
    for field, term in (
        ("figid", SCHEMA.identifier),
        ("figid_alias", SCHEMA.alternateName),
        ("number", PFOCR.figureNumber),
        ("figtype", PFOCR.figureType),
    ):
        graph.add((figure, term, Literal(str(record[field]))))
    score = str(record.get("automl_pathway", record.get("pathway_score")))
    graph.add((figure, PFOCR.pathwayScore, Literal(score, datatype=XSD.decimal)))
    for field, term in (("organisms", PFOCR.curatedOrganism), ("organisms_ner", PFOCR.recognizedOrganism)):
        names = record.get(field) or []
        for name in [names] if isinstance(names, str) else names:
            if name in taxa:
                graph.add((figure, term, IDENTIFIERS[f"taxonomy/{taxa[name]}"]))
                graph.add((figure, SCHEMA.about, IDENTIFIERS[f"taxonomy/{taxa[name]}"]))


def add_paper(graph: Graph, record: dict[str, Any]) -> None:
    paper = IDENTIFIERS[f"pmc/{record['pmcid']}"]
    graph.add((paper, RDF.type, SCHEMA.ScholarlyArticle))
    graph.add((paper, SCHEMA.name, Literal(record["papertitle"])))
    graph.add((paper, SCHEMA.identifier, Literal(record["pmcid"])))
    graph.add((paper, DCTERMS.bibliographicCitation, Literal(record["reftext"])))
    if record["year"] not in ABSENT:
        graph.add((paper, SCHEMA.datePublished, Literal(str(record["year"]), datatype=XSD.gYear)))
    if record.get("doi") not in ABSENT:
        graph.add((paper, SCHEMA.sameAs, URIRef(f"https://doi.org/{record['doi']}")))
    for keyword in str(record.get("keywords") or "").split(" | "):
        if keyword not in ABSENT:
            graph.add((paper, SCHEMA.keywords, Literal(keyword)))


def add_genes(graph: Graph, figure: URIRef, rows: list[dict[str, Any]]) -> None:
    counted = Counter(tuple(row.items()) for row in rows)
    terms = {(row.get("organism_id"), row["word"], row.get("match", row.get("symbol"))) for row in rows}
    genes = {term: set() for term in terms}  # type: dict[tuple[Any, ...], set[str]]
    for row in rows:
        term = (row.get("organism_id"), row["word"], row.get("match", row.get("symbol")))
        genes[term].add(row.get("ncbigene_id") or row["entrez"])
    for place, (cells, count) in enumerate(counted.items()):
        row = dict(cells)
        organism = row.get("organism_id", "9606")
        match, gene = row.get("match", row.get("symbol")), row.get("ncbigene_id") or row["entrez"]
        symbol = row.get("ncbigene_symbol") or row["hgnc_symbol"]
        mention = URIRef(f"{figure}#gene-{place}")
        add_mention(graph, figure, mention, PFOCR.GeneMention, row["word"], match, count)
        graph.add((mention, PFOCR.lexicon, PFOCR[row["source"]]))
        candidates = len(genes[row.get("organism_id"), row["word"], match])
        graph.add((mention, PFOCR.candidates, Literal(candidates)))
        if gene in ABSENT:
            continue
        entity = add_entity(graph, figure, mention, f"ncbigene/{gene}", SCHEMA.Gene, symbol)
        graph.add((entity, SCHEMA.identifier, Literal(f"ncbigene:{gene}")))
        graph.add((entity, PFOCR.organism, IDENTIFIERS[f"taxonomy/{organism}"]))
        if "hgnc_symbol" in row:
            graph.add((entity, SCHEMA.sameAs, IDENTIFIERS[f"hgnc.symbol/{symbol}"]))
        else:
            add_counts(graph, figure, row)


def add_counts(graph: Graph, figure: URIRef, row: dict[str, Any]) -> None:
    match, taxon = (
        URIRef(f"{figure}#organism-{row['organism_id']}"),
        IDENTIFIERS[f"taxonomy/{row['organism_id']}"],
    )
    graph.add((figure, PFOCR.hasOrganismMatch, match))
    graph.add((match, RDF.type, PFOCR.OrganismMatch))
    graph.add((match, PFOCR.organism, taxon))
    graph.add((taxon, RDF.type, SCHEMA.Taxon))
    graph.add((taxon, SCHEMA.name, Literal(row["organism_name"])))
    graph.add((taxon, PFOCR.organismGroup, Literal(row["organism_group"])))
    for column, term in (
        ("count_direct", PFOCR.directMatches),
        ("count_synonym", PFOCR.synonymMatches),
        ("count_match", PFOCR.totalMatches),
    ):
        if row.get(column) not in ABSENT:
            graph.add((match, term, Literal(int(row[column]))))


def add_terms(graph: Graph, figure: URIRef, rows: list[dict[str, Any]], kind: str) -> None:
    name, mention_class, entity_class, other, other_prefix = TERM_KINDS[kind]
    for place, (cells, count) in enumerate(Counter(tuple(row.items()) for row in rows).items()):
        row = dict(cells)
        mention = URIRef(f"{figure}#{name}-{place}")
        add_mention(graph, figure, mention, mention_class, row["word"], row.get("match"), count)
        graph.add((mention, PFOCR.lexicon, PFOCR.mesh))
        mesh = (row.get("mesh") or row.get("identifier") or "").removeprefix("mesh:")
        if mesh in ABSENT:
            continue
        entity = add_entity(graph, figure, mention, f"mesh/{mesh}", entity_class, row.get("match"))
        if row.get(other) not in ABSENT:
            path = f"{other}/{other_prefix}{row[other].removeprefix(other + ':')}"
            more = add_entity(graph, figure, mention, path, entity_class, row["name"])
            graph.add((entity, SKOS.closeMatch, more))


def add_mention(
    graph: Graph, figure: URIRef, mention: URIRef, kind: URIRef, word: object, match: object, count: int
) -> None:
    graph.add((figure, PFOCR.hasMention, mention))
    graph.add((mention, RDF.type, kind))
    graph.add((mention, PFOCR.word, Literal(str(word))))
    graph.add((figure, WORDS_OF_FIGURE[kind], Literal(str(word))))
    graph.add((mention, PFOCR.occurrences, Literal(count)))
    if match not in ABSENT:
        graph.add((mention, PFOCR.matchedTerm, Literal(str(match))))


def add_entity(
    graph: Graph, figure: URIRef, mention: URIRef, path: str, kind: URIRef, name: object
) -> URIRef:
    entity = IDENTIFIERS[path]
    graph.add((mention, PFOCR.entity, entity))
    graph.add((figure, SCHEMA.mentions, entity))
    graph.add((entity, RDF.type, kind))
    if name not in ABSENT:
        graph.add((entity, SCHEMA.name, Literal(str(name))))
    return entity


def spread(paths: list[Path], count: int) -> list[Path]:
    """Take ``count`` paths at even distances."""
    count = min(count, len(paths))
    return [paths[place * len(paths) // count] for place in range(count)]


def main() -> None:
    """Convert a sample and print figures, triples and the seconds spent on them as JSON."""
    parser = argparse.ArgumentParser(description="Convert a sample of a PFOCR checkout in the obvious way.")
    parser.add_argument("source", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--figures", type=int, default=300)
    options = parser.parse_args()
    document = {"contentType": None, "contextUrl": None, "document": load_context()}
    jsonld.set_document_loader(lambda url, _options: document | {"documentUrl": url})
    paths = spread(sorted((options.source / "_figures").glob("*.md")), options.figures)
    started = time.perf_counter()
    organisms = [
        yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        for path in sorted((options.source / "_organisms").glob("*.md"))
    ]
    taxa = {organism["latin"]: organism["ncbi"] for organism in organisms if organism["ncbi"]}
    graph = Graph()
    for path in paths:
        add_record(graph, read_record(path), taxa)
    graph.serialize(options.output, format="turtle")
    seconds = time.perf_counter() - started
    print(json.dumps({"figures": len(paths), "triples": len(graph), "seconds": seconds}))


if __name__ == "__main__":
    main()
