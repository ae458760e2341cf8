"""The numbers of a release, from what the workers observed as it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from pfocr_ld.curies import expand_curie
from pfocr_ld.describing.facts import (
    ClassPartition,
    DatasetStatistics,
    MostMentioned,
    PlotFacts,
    PropertyPartition,
    Totals,
)
from pfocr_ld.summarising.observation import Observed
from pfocr_ld.summarising.statistics import Statistics
from pfocr_ld.terms import Term, iri_of
from pfocr_ld.vocabulary import (
    FAMILIES,
    GENID,
    ONTOLOGY,
    ORGANISMS,
    PFOCR,
    RDF,
    SCHEMA,
    WIKIPATHWAYS_ORGANIZATION,
    XSD,
    identifier_iri,
)

_Text = TypeVar("_Text", bound=str)

_MOST_GENES, _MOST_ORGANISMS = 20, 10
_GENE = "ncbigene:"
# A kind of object (statistics.object_kind) that can be of one class only; a MeSH term may be of two.
_CLASS_OF_KIND = {
    identifier_iri("ncbigene", ""): SCHEMA.Gene,
    identifier_iri("chebi", ""): SCHEMA.ChemicalSubstance,
    identifier_iri("doid", ""): SCHEMA.MedicalCondition,
    identifier_iri("taxonomy", ""): SCHEMA.Taxon,
    identifier_iri("pmc", ""): SCHEMA.ScholarlyArticle,
    FAMILIES: PFOCR.GeneFamily,
    ORGANISMS: SCHEMA.Taxon,
    "#gene": PFOCR.GeneMention,
    "#chemical": PFOCR.ChemicalMention,
    "#disease": PFOCR.DiseaseMention,
    "#organism": PFOCR.OrganismMatch,
    "#annotation": SCHEMA.DefinedTerm,
}
_MESH = identifier_iri("mesh", "")
_MESH_OF_MENTION = {
    PFOCR.ChemicalMention: [SCHEMA.ChemicalSubstance],
    PFOCR.DiseaseMention: [SCHEMA.MedicalCondition],
}
# What has no namespace of its own is told by the property that leads to it.
_CLASS_OF_OBJECT = {
    (expand_curie("schema:creator"), WIKIPATHWAYS_ORGANIZATION): SCHEMA.Organization,
    (SCHEMA.isPartOf, GENID): SCHEMA.Periodical,
    (SCHEMA.publisher, GENID): SCHEMA.Organization,
    (PFOCR.lexicon, ONTOLOGY): PFOCR.Lexicon,
    (PFOCR.tier, ONTOLOGY): PFOCR.Tier,
}


class Numbers:
    """Adds up what is observed of a graph."""

    def __init__(self) -> None:
        self.statistics = Statistics()
        self.example = ""
        """The IRI of the first figure."""
        self._genes: Counter[str] = Counter()
        """CURIE of a gene → figures that name it."""
        self._symbols: dict[str, str] = {}
        self._confidences: Counter[Term] = Counter()
        self._terms: set[str] = set()
        """CURIEs of the chemicals and diseases that are mentioned."""
        self._possible: set[str] = set()
        """CURIEs of the MeSH terms that some figure only possibly mentions."""
        self._classes: dict[Term, tuple[str, ...]] = {}
        """Mentioned chemical or disease → its classes."""
        self._under_mesh: set[Term] = set()
        """The terms of other registries that are the same things as mentioned MeSH terms."""
        self._families: set[Term] = set()
        """Those that are mentioned."""
        self._mesh_of_two: set[str] = set()
        """Classes of the MeSH terms that are both a chemical and a disease."""
        self._mesh: dict[str, set[str]] = {}
        """Property of a figure → classes of the MeSH terms that it leads to."""
        self._organisms: Counter[Term] = Counter()
        self._organism_names: dict[Term, str] = {}
        self._years: Counter[str] = Counter()

    def see(self, observed: Observed) -> None:
        """Take what was observed of some pieces."""
        self.statistics.merge(observed.statistics)
        if observed.figures and not self.example:
            self.example = observed.figures[0].page
        for figure in observed.figures:
            for curies in figure.entities.values():
                self._genes.update([curie for curie in curies.split(" ") if curie.startswith(_GENE)])
        self._terms |= observed.terms
        self._families |= observed.families
        self._possible |= observed.possible
        self._confidences.update(observed.confidences)
        self._organisms.update(observed.organisms)
        self._years.update(observed.years)
        for entity in observed.entities:  # which come after all figures
            if entity.curie in self._terms:
                self._classes[entity.term] = entity.classes
                self._under_mesh.update(entity.close_matches)
            if entity.curie.startswith("mesh:"):
                for by, terms in (
                    (SCHEMA.mentions, self._terms),
                    (PFOCR.possiblyMentions, self._possible),
                ):
                    if entity.curie in terms:
                        self._mesh.setdefault(by, set()).update(entity.classes)
                if len(entity.classes) > 1:  # a mention of either kind made it what it is
                    self._mesh_of_two.update(entity.classes)
            if entity.name and entity.term in self._organisms:
                self._organism_names[entity.term] = entity.name
            if entity.curie in self._genes:
                self._symbols[entity.curie] = entity.name

    def dataset(self, distinct_objects: int) -> DatasetStatistics:
        """Return the statistics of the dump, in an order that does not depend on how it was cut."""
        counts = self.statistics
        return DatasetStatistics(
            triples=counts.triples,
            entities=counts.typed_subjects,
            distinct_subjects=counts.subjects,
            distinct_objects=distinct_objects,
            properties={iri_of(term): number for term, number in sorted(counts.properties.items())},
            classes=self._class_partitions(),
        )

    def _class_partitions(self) -> dict[str, ClassPartition]:
        kinds: dict[Term, dict[Term, dict[str, int]]] = {class_: {} for class_ in self.statistics.entities}
        for (class_, predicate, kind), number in self.statistics.partitions.items():
            kinds[class_].setdefault(predicate, {})[kind] = number
        return {
            iri_of(class_): ClassPartition(
                self.statistics.entities[class_],
                {
                    iri_of(predicate): PropertyPartition(
                        sum(of_objects.values()),
                        frozenset(self._object_classes(iri_of(class_), iri_of(predicate), of_objects)),
                        frozenset(_datatypes(of_objects)),
                    )
                    for predicate, of_objects in sorted(of_class.items())
                },
            )
            for class_, of_class in sorted(kinds.items())
        }

    def _object_classes(self, class_: str, predicate: str, kinds: Iterable[str]) -> Iterable[str]:
        for kind in kinds:
            if kind == _MESH and predicate == PFOCR.entity:
                yield from sorted(self._mesh_of_two) or _MESH_OF_MENTION.get(class_, [])
            elif kind == _MESH:
                yield from self._mesh.get(predicate, ())
            elif kind in _CLASS_OF_KIND:
                yield _CLASS_OF_KIND[kind]
            elif (predicate, kind) in _CLASS_OF_OBJECT:
                yield _CLASS_OF_OBJECT[predicate, kind]

    def totals(self) -> Totals:
        """Return the numbers that a reader asks for first."""
        members = {iri_of(term): number for term, number in self.statistics.entities.items()}
        return Totals(
            figures=members.get(PFOCR.PathwayFigure, 0),
            papers=members.get(SCHEMA.ScholarlyArticle, 0),
            genes=len(self._genes),
            families=len(self._families),
            chemicals=self._count_terms(SCHEMA.ChemicalSubstance),
            diseases=self._count_terms(SCHEMA.MedicalCondition),
            organisms=members.get(SCHEMA.Taxon, 0),
            gene_mentions=members.get(PFOCR.GeneMention, 0),
            chemical_mentions=members.get(PFOCR.ChemicalMention, 0),
            disease_mentions=members.get(PFOCR.DiseaseMention, 0),
        )

    def _count_terms(self, class_: str) -> int:
        """Return how many of the mentioned chemicals or diseases there are: one with two identifiers once."""
        return sum(
            class_ in classes for term, classes in self._classes.items() if term not in self._under_mesh
        )

    def plots(self) -> PlotFacts:
        """Return what the landing page draws."""
        genes = tuple(
            MostMentioned(
                self._symbols.get(curie) or curie.removeprefix(_GENE),
                identifier_iri("ncbigene", curie.removeprefix(_GENE)),
                number,
            )
            for curie, number in _most(self._genes, _MOST_GENES)
        )
        taxonomy = identifier_iri("taxonomy", "")  # what else a record names may be XXX, or several in one
        organisms_known = Counter(
            {term: n for term, n in self._organisms.items() if iri_of(term).startswith(taxonomy)}
        )
        organisms = tuple(
            MostMentioned(self._organism_names.get(term) or iri_of(term), iri_of(term), number)
            for term, number in _most(organisms_known, _MOST_ORGANISMS)
        )
        years = {year: number for year, number in self._years.items() if len(year) == 4 and year.isdecimal()}
        confidences = {
            iri_of(term).removeprefix(PFOCR): number for term, number in sorted(self._confidences.items())
        }
        return PlotFacts(years, genes, confidences, organisms)


def _most(counts: Counter[_Text], number: int) -> list[tuple[_Text, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]


def _datatypes(kinds: Iterable[str]) -> Iterable[str]:
    for kind in kinds:
        if kind == '"':
            yield XSD.string
        elif kind.startswith("@"):
            yield RDF.langString
        elif kind.startswith("<"):
            yield kind[1:-1]
