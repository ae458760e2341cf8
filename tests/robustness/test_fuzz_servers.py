"""Whatever a server answers, it is an answer, or one line that names the server; never half of one."""

from __future__ import annotations

import json
from random import Random

import pytest
from pyoxigraph import QueryBoolean
from support.fuzz_rounds import Rounds
from support.mutation import HOSTILE, mutate
from support.trouble_proxy import Busy, Request, Trouble, trouble_proxy

from pfocr_ld.errors import QueryError, StoreError
from pfocr_ld.querying.queries import run_text
from pfocr_ld.stores.endpoint import Endpoint
from pfocr_ld.stores.transport import Transport

pytestmark = pytest.mark.slow

ROWS = json.dumps(
    {
        "head": {"vars": ["x", "y"], "link": []},
        "results": {
            "bindings": [
                {"x": {"type": "uri", "value": f"http://a/{n}"}, "y": {"type": "literal", "value": f"é {n}"}}
                for n in range(20)
            ]
        },
        "meta": {"ms": 3},
    }
).encode()
TRIPLES = b'<http://a/b> <http://a/c> "d"@en .\n<http://a/b> <http://a/c> "e\\n"^^<http://a/f> .\n' * 9
HEADERS = {
    "Content-Encoding": ["gzip", "deflate", "br", "identity", "x"],
    "Content-Length": ["0", "3", "99999", "-1", "x", "²"],
    "Content-Type": ["text/html", "x", "", "application/sparql-results+json; charset=utf-16", "text/turtle"],
    "Retry-After": ["0", "-1", "²", "x", "9" * 400],
    "Location": ["/", "http://[1", "http://a..b/", "\xff", "http://a/" + "b" * 9000, "file:///etc/passwd"],
    "WWW-Authenticate": ["Digest", "Digest realm", 'Digest realm="a", nonce=', "Basic", "Negotiate", "\xff"],
    "X-SPARQL-MaxRows": ["20", "²", "-1", "x", ""],
    "Set-Cookie": ["a", "\xff"],
    "Transfer-Encoding": ["chunked", "x"],
}


def spoil(body: bytes, media_type: str, random: Random) -> Busy:
    """Return an answer with a spoilt body, spoilt headers, or both."""
    headers = {"Content-Type": media_type}
    for name in random.sample(list(HEADERS), random.choice([0, 0, 1, 2])):
        headers[name] = random.choice(HEADERS[name])
    status = random.choice([200] * 8 + [203, 204, 206, 301, 308, 400, 401, 403, 404, 429, 500, 503])
    body = mutate(body, random) if random.random() < 0.7 else body
    return Busy(status, headers, random.choice([body] * 9 + random.choices(HOSTILE)))


@pytest.mark.parametrize(
    ("query", "body", "media_type"),
    [
        ("SELECT ?x ?y { ?x ?p ?y }", ROWS, "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?x ?p ?y }", TRIPLES, "application/n-triples"),
        ("ASK { ?x ?p ?y }", b'{"head": {}, "boolean": true}', "application/sparql-results+json"),
    ],
    ids=["select", "construct", "ask"],
)
def test_answers(query: str, body: bytes, media_type: str, rounds: Rounds) -> None:
    answer: Trouble = None

    def give(request: Request) -> Trouble:
        return answer

    with trouble_proxy("http://127.0.0.1:9", give) as proxy:
        url = f"{proxy.root}/sparql"
        for random in rounds():
            answer = spoil(body, media_type, random)
            transport = Transport(time_limit=5, attempts=2, sleep=lambda seconds: None)
            try:
                results = run_text(query, Endpoint(url, transport=transport))
                if not isinstance(results, QueryBoolean):
                    list(results)
            except QueryError as error:
                assert isinstance(answer, Busy) and answer.status == 400, error
            except StoreError as error:
                assert "\n" not in str(error) and str(error).startswith("http://127.0.0.1:"), error
