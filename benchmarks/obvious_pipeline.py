"""The pipeline that one writes first: ``yaml.safe_load``, ``pyld.to_rdf``, an rdflib graph, Turtle.

``python benchmarks/obvious_pipeline.py SOURCE -o OUT.ttl --figures N`` takes N records spread evenly over the
source and writes the triples of the data model in spirit: the figure, its paper, its mentions and their
entities. It is what pfocr-ld is measured against, not a reference: it lets YAML turn the gene ``NO`` into a
boolean, names mentions by their place, takes every reading for a sure one, and describes nothing that the
data model's finer rules ask for.

The schema.org context is the bundled one, which holds the terms that coerce their values, with the plain
terms that rdflib ships added: the official context is not ours to ship and nothing is fetched. That makes
about 2,850 terms of the official 3,081, and the loader keeps it in memory, where a real one asks the network.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from pyld import jsonld
from rdflib import DCTERMS, RDF, RDFS, SDO, SKOS, VOID, XSD, Graph, Literal, Namespace, URIRef

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
FAMILIES = {"bioentities_symbol", "famplex_relations"}
TERM_KINDS = {
    "chemicals": ("chemical", PFOCR.ChemicalMention, SCHEMA.ChemicalSubstance, "chebi", "CHEBI:"),
    "diseases": ("disease", PFOCR.DiseaseMention, SCHEMA.MedicalCondition, "doid", "DOID:"),
}


def load_context() -> dict[str, Any]:
    """Return the bundled context with a plain entry for every other schema.org term that rdflib knows."""
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
    graph.add((figure, SCHEMA.isBasedOn, IDENTIFIERS[f"pmc/{pmcid}"]))
    graph.add((figure, VOID.inDataset, URIRef("https://pfocr.wikipathways.org/#dataset")))
    label(graph, figure, record["figtitle"], record["figid"])
    image = f"https://europepmc.org/articles/{pmcid}/bin/{record['filename']}"
    graph.add((figure, SCHEMA.image, URIRef(image)))
    graph.add((figure, PFOCR.fileName, Literal(record["filename"])))
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
    for field, term in (("organisms", PFOCR.listedOrganism), ("organisms_ner", PFOCR.matchedOrganism)):
        names = record.get(field) or []
        for name in [names] if isinstance(names, str) else names:
            if name in taxa:
                graph.add((figure, term, IDENTIFIERS[f"taxonomy/{taxa[name]}"]))


def add_paper(graph: Graph, record: dict[str, Any]) -> None:
    paper = IDENTIFIERS[f"pmc/{record['pmcid']}"]
    graph.add((paper, RDF.type, SCHEMA.ScholarlyArticle))
    graph.add((paper, SCHEMA.name, Literal(record["papertitle"])))
    label(graph, paper, record["papertitle"], record["pmcid"])
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
    """Add a mention for each reading: a word, a matched term and a lexicon in an organism."""
    readings: dict[tuple[str, ...], dict[str, int]] = {}
    for row in rows:
        organism, match = str(row.get("organism_id", "9606")), row.get("match", row.get("symbol"))
        gene = str(row.get("ncbigene_id") or row["entrez"])
        genes = readings.setdefault((organism, str(row["word"]), str(match), row["source"]), {})
        genes[gene] = genes.get(gene, 0) + 1
        if gene not in ABSENT:
            add_gene(graph, figure, row, gene, organism)
    candidates: Counter[tuple[str, str]] = Counter()
    for (organism, word, _, lexicon), genes in readings.items():
        candidates[organism, word] += 1 if lexicon in FAMILIES else len(genes)
    for place, ((organism, word, match, lexicon), genes) in enumerate(readings.items()):
        mention = URIRef(f"{figure}#gene-{place}")
        add_mention(graph, figure, mention, PFOCR.GeneMention, word, match, max(genes.values()))
        graph.add((mention, PFOCR.lexicon, PFOCR[lexicon]))
        graph.add((mention, PFOCR.candidates, Literal(candidates[organism, word])))
        entities = [IDENTIFIERS[f"ncbigene/{gene}"] for gene in sorted(genes) if gene not in ABSENT]
        if lexicon in FAMILIES and entities:
            entities = [add_family(graph, match, organism, entities)]
        for entity in entities:
            graph.add((mention, PFOCR.entity, entity))
            graph.add((figure, SCHEMA.mentions, entity))


def add_family(graph: Graph, name: str, organism: str, members: list[URIRef]) -> URIRef:
    ids = "-".join(member.rpartition("/")[2] for member in members)
    family = URIRef(f"https://pfocr.wikipathways.org/families/{quote(name)}-{ids}")
    graph.add((family, RDF.type, PFOCR.GeneFamily))
    graph.add((family, SCHEMA.name, Literal(name)))
    graph.add((family, PFOCR.organism, IDENTIFIERS[f"taxonomy/{organism}"]))
    label(graph, family, f"{name} family", f"{name}-{ids}")
    for member in members:
        graph.add((family, PFOCR.member, member))
    return family


def add_gene(graph: Graph, figure: URIRef, row: dict[str, Any], gene: str, organism: str) -> None:
    entity, symbol = IDENTIFIERS[f"ncbigene/{gene}"], row.get("ncbigene_symbol") or row["hgnc_symbol"]
    graph.add((entity, RDF.type, SCHEMA.Gene))
    graph.add((entity, SCHEMA.name, Literal(str(symbol))))
    graph.add((entity, SCHEMA.identifier, Literal(f"ncbigene:{gene}")))
    graph.add((entity, PFOCR.organism, IDENTIFIERS[f"taxonomy/{organism}"]))
    label(graph, entity, symbol, f"ncbigene:{gene}")
    if "hgnc_symbol" in row:
        graph.add((entity, SCHEMA.sameAs, IDENTIFIERS[f"hgnc.symbol/{symbol}"]))
    else:
        add_counts(graph, figure, row)


def label(graph: Graph, node: URIRef, text: object, identifier: object) -> None:
    graph.add((node, RDFS.label, Literal(str(text))))
    graph.add((node, DCTERMS.identifier, Literal(str(identifier))))


def add_counts(graph: Graph, figure: URIRef, row: dict[str, Any]) -> None:
    match, taxon = (
        URIRef(f"{figure}#organism-{row['organism_id']}"),
        IDENTIFIERS[f"taxonomy/{row['organism_id']}"],
    )
    graph.add((figure, PFOCR.hasOrganismMatch, match))
    graph.add((match, RDF.type, PFOCR.OrganismMatch))
    graph.add((match, PFOCR.taxon, taxon))
    graph.add((taxon, RDF.type, SCHEMA.Taxon))
    label(graph, taxon, row["organism_name"], f"taxonomy:{row['organism_id']}")
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
    label(graph, entity, name, path.rpartition("/")[2])
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
