"""Reads records back from a graph alone, with SPARQL and the rules of the data model.

Two rules are all it takes. A value is the object of its typed triple; where the subject also has it as a
plain field (``vocab/field/NAME``), that is the value, all of it. A cell of a row is on its mention; where it
is not, it is on the entity or organism that the mention names.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from pfocr_ld.vocabulary import FIELD, PFOCR, prefixes

PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes().items())
SITE = "https://pfocr.wikipathways.org/"
PMC_SITE = "https://www.ncbi.nlm.nih.gov/"
JSON = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"

Rows = Counter[frozenset[tuple[str, str]]]
Term = ox.NamedNode | ox.Literal
Description = dict[str, set[str]]
"""Property → values."""

_KINDS = {
    "genes": "pfocr:GeneMention",
    "chemicals": "pfocr:ChemicalMention",
    "diseases": "pfocr:DiseaseMention",
}
_SHORT = {"field": FIELD} | {prefix: prefixes()[prefix] for prefix in ("pfocr", "rdf", "schema")}


class ReadFigure(NamedTuple):
    """A record as the graph gives it back."""

    texts: dict[str, str]
    """The fields of one value."""
    lists: dict[str, set[str]]
    """The fields of several values."""
    annotations: set[frozenset[tuple[str, str]]]
    unknown: dict[str, Any]
    block: dict[str, set[str]]
    rows: dict[str, Rows]
    organism_counts: set[tuple[str, str, str]]
    """Organism id, column, count."""


def load_store(path: Path) -> ox.Store:
    """Load a Turtle file: oxigraph checks every IRI and literal as it does."""
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def select(store: ox.Store, query: str, **bindings: Term) -> Iterable[Mapping[str, Term]]:
    """Run a query; a name in ``bindings`` is replaced where it stands as ``$name``."""
    for name, node in bindings.items():
        query = query.replace(f"${name}", str(node))
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        found = {name: solution[name] for name in names}
        yield {name: term for name, term in found.items() if isinstance(term, (ox.NamedNode, ox.Literal))}


def read_figures(store: ox.Store, inline: Callable[[str], bool]) -> dict[str, ReadFigure]:
    """Read all figures of a store, by figid.

    :param inline: tells by its figid which generation a record is of, and so how its columns are called.
    """
    query = "SELECT ?figure ?figid { ?figure a pfocr:PathwayFigure ; schema:identifier ?figid }"
    return {
        row["figid"].value: _FigureReader(store, row["figure"], inline(row["figid"].value)).read()
        for row in select(store, query)
    }


class _FigureReader:
    def __init__(self, store: ox.Store, figure: Term, inline: bool) -> None:
        self._store, self._figure, self._inline = store, figure, inline
        self._says: dict[str, list[Term]] = defaultdict(list)
        self._fields: dict[str, list[Term]] = defaultdict(list)
        for row in self._select("SELECT ?p ?o { $figure ?p ?o }"):
            predicate = row["p"].value
            if predicate.startswith(FIELD):
                self._fields[unquote(predicate.removeprefix(FIELD))].append(row["o"])
            else:
                self._says[predicate].append(row["o"])

    def _select(self, query: str) -> Iterable[Mapping[str, Term]]:
        return select(self._store, query, figure=self._figure)

    def _values(self, term: str) -> set[str]:
        prefix, _, local = term.partition(":")
        return {value.value for value in self._says.get(prefixes()[prefix] + local, ())}

    def _locals(self, term: str, start: str) -> set[str]:
        return {unquote(iri.removeprefix(start)) for iri in self._values(term) if iri.startswith(start)}

    def _identifiers(self, field: str, term: str, prefix: str) -> set[str]:
        # What is no identifier is in the field, beside those that are.
        return self._locals(term, prefixes()[prefix]) | self._field(field, set())

    def _addresses(self, term: str, site: str) -> set[str]:
        # The exporter writes an address with and without a leading slash as the same IRI.
        return {f"/{address}" for address in self._locals(term, site)}

    def _field(self, name: str, typed: set[str]) -> set[str]:
        values = self._fields.pop(name, None)
        return {value.value for value in values} if values else typed

    def read(self) -> ReadFigure:
        texts = self._read_texts() | self._read_paper()
        lists = self._read_lists()
        return ReadFigure(
            texts={name: next(iter(values)) for name, values in texts.items() if values},
            lists={name: values for name, values in lists.items() if values},
            annotations=self._read_annotations(),
            block={
                "description": self._values("schema:description"),
                "license": self._values("schema:license"),
                "name": self._values("schema:name"),
                "keywords": self._values("schema:keywords"),
                "abstract": self._values("schema:abstract"),
                "creator": {row["name"].value for row in self._select(_CREATOR)},
            },
            rows=self._read_rows(),
            organism_counts=set(self._read_organism_counts()),
            unknown={
                name: json.loads(values[0].value) if _is_json(values[0]) else values[0].value
                for name, values in self._fields.items()
            },
        )

    def _read_texts(self) -> dict[str, set[str]]:
        scores = self._values("pfocr:pathwayScore")
        score = "automl_pathway" if "automl_pathway" in self._fields else "pathway_score"
        return {
            "figtitle": self._values("schema:headline") or self._values("schema:name"),
            "caption": self._values("pfocr:caption") or self._values("schema:description"),
            "number": self._values("pfocr:figureNumber"),
            "figtype": self._values("pfocr:figureType"),
            "score": self._field(score, scores),
            "pmc_ranked_result_index": self._field("pmc_ranked_result_index", self._values("pfocr:pmcRank")),
            "filename": self._values("pfocr:fileName"),
            "figlink": self._field("figlink", self._addresses("schema:url", PMC_SITE)),
        }

    def _read_paper(self) -> dict[str, set[str]]:
        paper: dict[str, set[str]] = defaultdict(set)
        for row in self._select(_PAPER):
            for name, value in row.items():
                paper[name].add(value.value)
        dois = {unquote(doi.removeprefix("https://doi.org/")) for doi in paper.pop("doi", ())}
        keywords = {" | ".join(sorted(paper.pop("keyword", ())))} - {""}
        (joined,) = self._field("keywords", keywords) or {""}
        return {
            **paper,
            "pmcid": self._field("pmcid", paper["pmcid"]),
            "doi": self._field("doi", dois),
            "year": self._field("year", paper.get("year", set())),
            "keywords": {" | ".join(sorted(joined.split(" | ")))} - {""},
        }

    def _read_lists(self) -> dict[str, set[str]]:
        organisms: dict[str, set[str]] = defaultdict(set)
        for row in self._select(_ORGANISMS):
            organisms[row["field"].value].add(row["name"].value)
        return {
            "figid_alias": self._values("schema:alternateName"),
            "redirect_from": self._field("redirect_from", self._addresses("schema:sameAs", SITE)),
            "ndex": self._identifiers("ndex", "pfocr:ndexNetwork", "ndex"),
            "wpid": self._identifiers("wpid", "pfocr:wikiPathway", "wikipathways"),
            "organisms": self._field("organisms", organisms["organisms"]),
            "organisms_ner": self._field("organisms_ner", organisms["organisms_ner"]),
        }

    def _read_annotations(self) -> set[frozenset[tuple[str, str]]]:
        cells: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in self._select(_ANNOTATIONS):
            names = {
                "http://schema.org/name": "value",
                "http://schema.org/termCode": "id",
                f"{PFOCR}termSource": "type",
            }
            predicate = row["p"].value
            name = names.get(predicate) or unquote(predicate.removeprefix(FIELD))
            cells[row["node"].value].add((name, row["o"].value))
        return set(map(frozenset, cells.values()))

    def _read_rows(self) -> dict[str, Rows]:
        rows: dict[str, Rows] = {"genes": Counter(), "chemicals": Counter(), "diseases": Counter()}
        entities = self._describe("$figure pfocr:hasMention/pfocr:entity/pfocr:member? ?node")
        taxa = {
            f"taxonomy:{unquote(iri.removeprefix(prefixes()['taxonomy']))}": taxon
            for iri, taxon in self._describe("?node a schema:Taxon").items()
        }
        for mention in self._describe("$figure pfocr:hasMention ?node").values():
            said = _SaidOfMention(mention, entities, taxa)
            (kind,) = (name for name, type_ in _KINDS.items() if type_ in mention["rdf:type"])
            for cells in (
                said.gene_rows(self._inline) if kind == "genes" else [said.term_cells(kind, self._inline)]
            ):
                kept = frozenset((column, cell) for column, cell in cells.items() if cell)
                rows[kind][kept] += int(said.value("pfocr:occurrences"))
        return rows

    def _describe(self, pattern: str) -> dict[str, Description]:
        """Return the properties and values of all that a pattern finds, with prefixes."""
        found: dict[str, Description] = defaultdict(lambda: defaultdict(set))
        for row in self._select(f"SELECT DISTINCT ?node ?p ?o {{ {pattern} . ?node ?p ?o }}"):
            value = row["o"].value
            of_iri = isinstance(row["o"], ox.NamedNode)
            found[row["node"].value][_shorten(row["p"].value)].add(_shorten(value) if of_iri else value)
        return found

    def _read_organism_counts(self) -> Iterable[tuple[str, str, str]]:
        columns = {"directMatches": "count_direct", "synonymMatches": "count_synonym"}
        for row in self._select(_COUNTS):
            organism = row["organism"].value if "organism" in row else ""
            name = unquote(row["p"].value.removeprefix(FIELD).removeprefix(prefixes()["pfocr"]))
            column = columns.get(name, "count_match" if name == "totalMatches" else name)
            yield unquote(organism.removeprefix(prefixes()["taxonomy"])), column, row["o"].value


class _SaidOfMention:
    """What a mention, its entities and their organisms say of its rows: one for each gene, or one."""

    def __init__(
        self, mention: Description, entities: Mapping[str, Description], taxa: Mapping[str, Description]
    ) -> None:
        self._mention, self._taxa, self._all = mention, taxa, entities
        self._entities = {
            iri: entities[iri] for entity in mention.get("pfocr:entity", ()) for iri in [_lengthen(entity)]
        }
        self._own = {
            unquote(name.removeprefix("field:")): value
            for name, values in mention.items()
            if name.startswith("field:")
            for value in values
        }

    def value(self, name: str) -> str:
        """Return the one value that the mention has of a property, or the empty text."""
        return _only(self._mention.get(name, ()))

    def _lexicon(self) -> str:
        lexicon = self.value("pfocr:lexicon")
        return unquote(lexicon.removeprefix("pfocr:").removeprefix(f"{SITE}vocab/lexicon/"))

    def _id(self, prefix: str) -> str:
        start = prefixes()[prefix]
        return _only(unquote(iri.removeprefix(start)) for iri in self._entities if iri.startswith(start))

    def _cell(self, column: str, prefix: str, name: str) -> str:
        """Return a cell: the mention's own, or what its entity of a prefix says."""
        if column in self._own:
            return self._own[column]
        start = prefixes()[prefix]
        return _only(
            value
            for iri, said in self._entities.items()
            if iri.startswith(start)
            for value in said.get(name, ())
        )

    def gene_rows(self, inline: bool) -> Iterable[dict[str, str]]:
        """Return the cells of each of its gene rows."""
        genes = {iri for iri in self._entities if iri.startswith(prefixes()["ncbigene"])}
        for said in self._entities.values():
            genes |= said.get("pfocr:member", set())
        return [self._gene_cells(gene, inline) for gene in genes or {""}]

    def _gene_cells(self, gene: str, inline: bool) -> dict[str, str]:
        names = ("symbol", "hgnc_symbol", "entrez") if inline else ("match", "ncbigene_symbol", "ncbigene_id")
        of_gene = self._all.get(gene, {})
        cells = {
            "word": self.value("pfocr:word"),
            names[0]: self.value("pfocr:matchedTerm"),
            "source": self._lexicon(),
            names[2]: unquote(gene.removeprefix(prefixes()["ncbigene"])),
        }
        if names[1] not in self._own:
            cells[names[1]] = _only(of_gene.get("schema:name", ()))
        if not inline:
            organism = self._own.get("organism_id", "")
            if "organism_id" not in self._own:
                organism = unquote(
                    _only(of_gene.get("pfocr:organism", ())).removeprefix(prefixes()["taxonomy"])
                )
            taxon = self._taxa.get(f"taxonomy:{organism}", {}) if organism else {}
            cells["organism_id"] = organism
            if "organism_name" not in self._own:
                cells["organism_name"] = _only(taxon.get("schema:name", ()))
            if "organism_group" not in self._own:
                cells["organism_group"] = _only(taxon.get("pfocr:organismGroup", ()))
        return cells | self._own

    def term_cells(self, kind: str, inline: bool) -> dict[str, str]:
        """Return the cells of a row of chemicals or diseases."""
        mesh = self._id("mesh")
        if inline:
            source = {"mesh": "MESH", "": ""}[self._lexicon()]
            return {"word": self.value("pfocr:word"), "source": source, "identifier": mesh} | self._own
        other = "chebi" if kind == "chemicals" else "doid"
        number = self._id(other)
        return {
            "word": self.value("pfocr:word"),
            "match": self.value("pfocr:matchedTerm"),
            "mesh": f"mesh:{mesh}" if mesh else "",
            other: f"{other}:{number}" if number else "",
            "name": self._cell("name", other, "schema:name"),
        } | self._own


def _is_json(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value == JSON


def _only(values: Iterable[str]) -> str:
    found = set(values)
    assert len(found) < 2, f"more than one value: {found}"
    return next(iter(found), "")


def _shorten(text: str) -> str:
    for prefix, namespace in _SHORT.items():
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text


def _lengthen(text: str) -> str:
    prefix, colon, local = text.partition(":")
    return _SHORT[prefix] + local if colon and prefix in _SHORT else text


_CREATOR = "SELECT ?name { $figure schema:creator/schema:name ?name }"
_PAPER = """
SELECT ?pmcid ?papertitle ?reftext ?year ?doi ?keyword ?journal_title ?journal_nlm_ta ?publisher_name {
  $figure schema:isBasedOn ?paper . ?paper a schema:ScholarlyArticle .
  { ?paper schema:identifier ?pmcid } UNION { ?paper schema:name ?papertitle }
  UNION { ?paper dcterms:bibliographicCitation ?reftext } UNION { ?paper schema:datePublished ?year }
  UNION { ?paper schema:sameAs ?doi } UNION { ?paper schema:keywords ?keyword }
  UNION { ?paper schema:isPartOf/schema:name ?journal_title }
  UNION { ?paper schema:isPartOf/schema:alternateName ?journal_nlm_ta }
  UNION { ?paper schema:isPartOf/schema:publisher/schema:name ?publisher_name }
}"""
_ORGANISMS = """
SELECT ?field ?name {
  VALUES (?p ?field) { (pfocr:listedOrganism "organisms") (pfocr:matchedOrganism "organisms_ner") }
  $figure ?p ?organism . ?organism a schema:Taxon ; schema:name ?name
}"""
_ANNOTATIONS = """
SELECT ?node ?p ?o {
  $figure pfocr:enrichedFor ?node . ?node a schema:DefinedTerm ; ?p ?o . FILTER(?p != rdf:type)
}"""
_COUNTS = """
SELECT ?organism ?p ?o {
  $figure pfocr:hasOrganismMatch ?match . ?match a pfocr:OrganismMatch ; ?p ?o .
  OPTIONAL { ?match pfocr:taxon ?organism }
  FILTER(?p != rdf:type && ?p != pfocr:taxon)
}"""
