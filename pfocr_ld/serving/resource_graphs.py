"""What a resource is as RDF: the statements about it, and about what belongs to it."""

from __future__ import annotations

from pfocr_ld.querying.literals import sparql_literal
from pfocr_ld.serving.query_pool import QueryPool
from pfocr_ld.serving.query_worker import GRAPH_FORMATS
from pfocr_ld.serving.site_queries import ask_pool
from pfocr_ld.vocabulary import PFOCR, SCHEMA

ENDINGS = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}
"""The ending of a path → the media type that it asks for."""
assert set(ENDINGS.values()) == set(GRAPH_FORMATS)

_PARTS = "|".join(
    f"<{part}>"
    for part in (
        PFOCR.hasMention,
        PFOCR.hasOrganismMatch,
        PFOCR.enrichedFor,
        SCHEMA.isBasedOn,
        SCHEMA.isPartOf,
    )
)
_RESOURCE = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ <IRI> }} ?s ?p ?o }}
  UNION {{ <IRI> {_PARTS} ?s . ?s ?p ?o }}
  UNION {{ SELECT ?s ?p (<IRI> AS ?o) WHERE {{ ?s ?p <IRI> }} LIMIT 1000 }}
}}"""
_WORD = f"""CONSTRUCT {{ ?mention ?p ?o . ?figure <{PFOCR.hasMention}> ?mention }} WHERE {{
  {{ SELECT ?mention ?figure WHERE {{ ?mention <{PFOCR.word}> WORD .
    ?figure <{PFOCR.hasMention}> ?mention }} LIMIT 1000 }}
  ?mention ?p ?o
}}"""
_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <IRI> { ?s ?p ?o } }"


async def describe_resource(pool: QueryPool, iri: str, media_type: str) -> bytes:
    """Return the statements about a resource: those that begin with it, with its parts,
    and some that end with it.
    """
    return await ask_pool(pool, _RESOURCE.replace("IRI", iri), media_type)


async def describe_word(pool: QueryPool, word: str, media_type: str) -> bytes:
    """Return what a word was read as."""
    return await ask_pool(pool, _WORD.replace("WORD", sparql_literal(word)), media_type)


async def give_graph(pool: QueryPool, name: str, media_type: str) -> bytes:
    """Return a named graph whole."""
    return await ask_pool(pool, _GRAPH.replace("IRI", name), media_type)
