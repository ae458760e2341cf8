"""The cases of the W3C's tests of the SPARQL 1.1 Protocol (data-sparql11/protocol), by the names that they
have there, against the running server. Where they use graphs on the web these use the graphs of the site.

The updates of these tests are refused, each with a status of its own kind: the endpoint is read only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pytest
from support.places import SEEDS
from support.served_site import ask, serve

pytestmark = pytest.mark.slow

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
VOCABULARY = "https://pfocr.wikipathways.org/vocab"
EXAMPLES = "https://pfocr.wikipathways.org/.well-known/sparql-examples"
TERM = "<https://pfocr.wikipathways.org/vocab#word> ?p ?o"
EXAMPLE = "?example <http://www.w3.org/ns/shacl#select> ?text"
FIGURE = "?f a <https://pfocr.wikipathways.org/vocab#PathwayFigure>"
IN_DEFAULT = (
    f"ASK {{ {TERM} FILTER NOT EXISTS {{ {FIGURE} }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?a ?b ?c }} }} }}"
)
IN_TWO_DEFAULTS = f"ASK {{ {TERM} . {EXAMPLE} FILTER NOT EXISTS {{ {FIGURE} }} }}"
IN_NAMED = (
    f"ASK {{ GRAPH <{VOCABULARY}> {{ {TERM} }} GRAPH <{EXAMPLES}> {{ {EXAMPLE} }} "
    "FILTER NOT EXISTS { ?a ?b ?c } }"
)
IN_BOTH = f"ASK {{ {TERM} GRAPH ?g {{ {EXAMPLE} }} FILTER NOT EXISTS {{ GRAPH ?h {{ {TERM} }} }} }}"
OTHER_FROM = f"ASK FROM <{EXAMPLES}> {{ {TERM} FILTER NOT EXISTS {{ {EXAMPLE} }} }}"
INSERT = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"
DEFAULTS = urlencode([("default-graph-uri", VOCABULARY), ("default-graph-uri", EXAMPLES)])
NAMED = urlencode([("named-graph-uri", VOCABULARY), ("named-graph-uri", EXAMPLES)])
BOTH = urlencode([("default-graph-uri", VOCABULARY), ("named-graph-uri", EXAMPLES)])


class Case(NamedTuple):
    """A request, and what the test expects."""

    method: str
    parameters: str
    """In the address."""
    body: str | bytes | None = None
    content_type: str = ""
    accept: str = ""
    status: int = 200
    content: str = "application/sparql-results+json"
    """The media type of the answer."""


def form(query: str, *more: str) -> str:
    """Return a form with a query."""
    return "&".join([urlencode({"query": query}), *more])


CASES = {
    "query_get": Case("GET", form("ASK {}")),
    "query_post_form": Case("POST", "", form("ASK {}"), FORM),
    "query_post_direct": Case("POST", "", "ASK {}", DIRECT),
    "query_dataset_default_graph": Case("GET", form(IN_DEFAULT, f"default-graph-uri={quote(VOCABULARY)}")),
    "query_dataset_default_graphs_get": Case("GET", form(IN_TWO_DEFAULTS, DEFAULTS)),
    "query_dataset_default_graphs_post": Case("POST", DEFAULTS, IN_TWO_DEFAULTS, DIRECT),
    "query_dataset_named_graphs_get": Case("GET", form(IN_NAMED, NAMED)),
    "query_dataset_named_graphs_post": Case("POST", "", form(IN_NAMED, NAMED), FORM),
    "query_dataset_full": Case("POST", BOTH, IN_BOTH, DIRECT),
    "query_multiple_dataset": Case(
        "POST", f"default-graph-uri={quote(VOCABULARY)}", OTHER_FROM, DIRECT
    ),  # the protocol's dataset replaces that of the query (section 2.1.4)
    "query_content_type_select": Case(
        "POST", "", "SELECT (1 AS ?value) {}", DIRECT, "application/sparql-results+xml",
        content="application/sparql-results+xml",
    ),
    "query_content_type_ask": Case(
        "POST", "", "ASK {}", DIRECT, "application/sparql-results+xml",
        content="application/sparql-results+xml",
    ),
    "query_content_type_describe": Case(
        "POST", "", f"DESCRIBE <{VOCABULARY}#word>", DIRECT, "application/rdf+xml",
        content="application/rdf+xml",
    ),
    "query_content_type_construct": Case(
        "POST", "", "CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}", DIRECT, "text/turtle",
        content="text/turtle",
    ),
    "bad_query_method": Case("PUT", form("ASK {}"), status=405),
    "bad_multiple_queries": Case("GET", form("ASK {}", form("SELECT * {}")), status=400),
    "bad_query_wrong_media_type": Case("POST", "", "ASK {}", "text/plain", status=415),
    "bad_query_missing_form_type": Case("POST", "", form("ASK {}"), status=415),
    "bad_query_missing_direct_type": Case("POST", "", "ASK {}", status=415),
    "bad_query_non_utf8": Case("POST", "", "ASK {}".encode("utf-16"), DIRECT, status=400),
    "bad_query_syntax": Case("GET", form("ASK {"), status=400),
    "update_post_form": Case("POST", "", urlencode({"update": INSERT}), FORM, status=403),
    "update_post_direct": Case("POST", "", INSERT, UPDATE, status=403),
    "update_dataset_default_graph": Case("POST", "using-graph-uri=urn%3Ag", INSERT, UPDATE, status=403),
    "update_dataset_named_graphs": Case("POST", "using-named-graph-uri=urn%3Ag", INSERT, UPDATE, status=403),
    "update_base_uri": Case("POST", "", f"BASE <urn:b> {INSERT}", UPDATE, status=403),
    "bad_update_get": Case("GET", urlencode({"update": INSERT}), status=403),
    "bad_multiple_updates": Case(
        "POST", "", urlencode([("update", INSERT), ("update", INSERT)]), FORM, status=403
    ),
    "bad_update_wrong_media_type": Case("POST", "", INSERT, "text/plain", status=415),
    "bad_update_missing_form_type": Case("POST", "", urlencode({"update": INSERT}), status=415),
    "bad_update_non_utf8": Case("POST", "", INSERT.encode("utf-16"), UPDATE, status=403),
    "bad_update_syntax": Case("POST", "", urlencode({"update": "INSERT"}), FORM, status=403),
    "bad_update_dataset_conflict": Case("POST", "using-graph-uri=urn%3Ag", INSERT, UPDATE, status=403),
}  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(SEEDS) as address:
        yield address


@pytest.mark.parametrize("name", CASES)
def test_a_case_of_the_w3c_gets_what_it_expects(site: str, name: str) -> None:
    case = CASES[name]
    headers = {"Content_Type": case.content_type, "Accept": case.accept}
    reply = ask(
        site,
        case.method,
        f"/sparql?{case.parameters}" if case.parameters else "/sparql",
        case.body,
        **{header: value for header, value in headers.items() if value},
    )
    assert reply.status == case.status, reply.text
    media_type = reply.headers["Content-Type"].partition(";")[0]
    assert media_type == (case.content if case.status == 200 else "application/problem+json")
    if media_type == "application/sparql-results+json":
        assert reply.json()["boolean"] is True
