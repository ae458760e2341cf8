"""What a site says of its data, as graphs beside them: the vocabulary, VoID, and the
queries as SIB's examples.

SIB's sparql-editor and sparql-llm read all three from the store itself: ``sh:declare``,
``void:classPartition`` and ``sh:SPARQLExecutable``.
"""

from __future__ import annotations

from pfocr_ld.bundled import read_bundled
from pfocr_ld.vocabulary import EXAMPLES, ONTOLOGY, SITE

VOCABULARY_GRAPH = ONTOLOGY
VOID_GRAPH = f"{SITE}/.well-known/void"
EXAMPLES_GRAPH = EXAMPLES.removesuffix("/")


def describing_graphs(void: str, examples: str) -> dict[str, str]:
    """Return the graphs that describe the data: the name of each, and its triples as Turtle.

    :param void: VoID as Turtle; empty where there is none yet.
    :param examples: the queries as Turtle.
    """
    graphs = {VOCABULARY_GRAPH: read_bundled("ontologies", "pfocr.ttl"), EXAMPLES_GRAPH: examples}
    return graphs | {VOID_GRAPH: void} if void else graphs
