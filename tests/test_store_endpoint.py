"""Asking an endpoint: whole answers or a clear message, and credentials that go nowhere else."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Store
from support.sparql_endpoint import serve_sparql
from support.trouble_proxy import Busy, Drop, Request, Trouble, trouble_proxy

from pfocr_ld.errors import PfocrError, QueryError, StoreError
from pfocr_ld.stores.endpoint import Endpoint, query_form
from pfocr_ld.stores.transport import PASSWORD_VARIABLE, USER_VARIABLE, HttpError, Transport

SECRET = "se:cret-Ж"
ROWS = json.dumps(
    {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}
)
JSON_RESULTS = {"Content-Type": "application/sparql-results+json"}


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(USER_VARIABLE, raising=False)
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER_VARIABLE, "me")
    monkeypatch.setenv(PASSWORD_VARIABLE, SECRET)


@pytest.fixture
def url() -> Iterator[str]:
    store = Store()
    store.update('INSERT DATA { <urn:s> <urn:p> "a\\nb", "\\u0001" }')
    with serve_sparql(store) as endpoint:
        yield endpoint.url


def ask(
    answer: Trouble, query: str = "SELECT ?x {}", **options: object
) -> tuple[PfocrError | None, list[Request]]:
    """Ask a server that always answers the same; give the error, and what the server saw."""
    with trouble_proxy("http://127.0.0.1:9", lambda request: answer) as proxy:
        transport = Transport(time_limit=10, attempts=2, sleep=lambda seconds: None)
        try:
            Endpoint(f"{proxy.root}/sparql", transport=transport, **options).query(query)  # type: ignore[arg-type]
        except PfocrError as error:
            return error, proxy.requests
        return None, proxy.requests


@pytest.mark.parametrize("method", ["auto", "GET", "POST"])
def test_each_form_has_its_answer(url: str, method: str) -> None:
    endpoint = Endpoint(url, method=method)  # type: ignore[arg-type]
    selected = endpoint.query("SELECT ?o { ?s ?p ?o }")
    assert (selected.form, selected.media_type) == ("SELECT", "application/sparql-results+json")
    values = {row["o"]["value"] for row in json.loads(selected.body)["results"]["bindings"]}
    assert values == {"a\nb", "\x01"}
    assert json.loads(endpoint.query("ASK { ?s ?p ?o }").body)["boolean"] is True
    constructed = endpoint.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert constructed.media_type == "application/n-triples"
    assert b'"a\\nb"' in constructed.body


def test_a_long_query_is_posted(url: str) -> None:
    _, short = ask(Busy(200, JSON_RESULTS, ROWS.encode()))
    _, long = ask(Busy(200, JSON_RESULTS, ROWS.encode()), "SELECT ?x {} # " + "я" * 2000)
    assert (short[0].method, long[0].method) == ("GET", "POST")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", "SELECT"),
        (
            "# title: Ask for genes\n# description: CONSTRUCT\nPREFIX ask: <http://x/#construct>\nSELECT * {}",
            "SELECT",
        ),
        ('BASE <http://x/> ASK { ?s ?p "select # }" }', "ASK"),
        ("PREFIX select: <urn:x>\nDESCRIBE select:a", "DESCRIBE"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("PREFIX :<urn:x#> PREFIX a.b: <urn:y> # ASK\nselect?x{ ?x :ask 1 }", "SELECT"),
        ('define input:inference "ASK me" # vendor\nDescribe <urn:x#select>', "DESCRIBE"),
        ("SELECT * { ?s ?p ?o LATERAL { what no grammar here knows } }", "SELECT"),
    ],
)
def test_the_form_of_a_query_is_found(text: str, form: str) -> None:
    assert query_form(text) == form


@pytest.mark.parametrize(
    "text", ["DROP ALL", "# SELECT\nINSERT DATA {}", "PREFIX a: <urn:a> DELETE WHERE { ?s ?p ?o }"]
)
def test_an_update_is_no_query(text: str) -> None:
    with pytest.raises(QueryError, match="changes data"):
        query_form(text)


def test_what_is_no_query_is_said_to_be_none() -> None:
    with pytest.raises(QueryError, match="not a SPARQL query"):
        query_form("give me all genes")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            Busy(200, {"Content-Type": "text/html"}, b"<html>a page</html>"),
            "does not answer with SPARQL JSON results",
        ),
        (Busy(200, JSON_RESULTS, ROWS[:-9].encode()), "does not answer with SPARQL JSON results"),
        (Busy(200, {**JSON_RESULTS, "X-SPARQL-MaxRows": "1"}, ROWS.encode()), "gave only the first 1 rows"),
        (
            Busy(200, {**JSON_RESULTS, "X-SQL-State": "S1TAT"}, ROWS.encode()),
            "gave only a part of the answer",
        ),
        (
            Busy(301, {"Location": "https://example.org/sparql"}),
            "has moved: use https://example.org/sparql instead",
        ),
        (Busy(401, {"WWW-Authenticate": "Basic"}), "wants a user and a password: set PFOCR_LD_USER"),
        (
            Busy(404, {"Content-Type": "text/plain"}, b"no\n such\x1b[31m thing"),
            r"HTTP 404: no such \[31m thing$",
        ),
        (
            Busy(500, {"Content-Type": "text/html"}, b"<style>x</style><b>out of</b> memory"),
            "HTTP 500: out of memory$",
        ),
        (Busy(500, {}, b"x" * 10_000), r"x{400}\.\.\.$"),
        (Busy(503, {"Retry-After": "86400"}), "asks to come back in 86400 s"),
        (Busy(503), "HTTP 503"),
        (Drop(), "cannot be reached"),
    ],
)
def test_no_answer_is_a_clear_error(answer: Trouble, message: str) -> None:
    error, _ = ask(answer)
    assert isinstance(error, StoreError)
    with pytest.raises(StoreError, match=message):
        raise error


def test_a_query_that_the_server_rejects_is_the_querys_fault() -> None:
    error, _ = ask(Busy(400, {"Content-Type": "text/plain"}, b"unexpected }"))
    assert isinstance(error, QueryError)
    assert "HTTP 400: unexpected }" in str(error)


def test_a_page_instead_of_a_graph_is_an_error() -> None:
    error, _ = ask(Busy(200, {"Content-Type": "text/html"}, b"<html>"), "CONSTRUCT WHERE { ?s ?p ?o }")
    assert "answers with a web page" in str(error)


def test_the_default_graph_is_sent() -> None:
    _, requests = ask(Busy(200, JSON_RESULTS, ROWS.encode()), default_graph="https://example.org/a b")
    assert "default-graph-uri=https" in requests[0].path


@pytest.mark.parametrize(
    "url", ["http://me:secret@127.0.0.1/", "ftp://127.0.0.1/", "http://", "http://[1", "sparql"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Endpoint(url)
    assert "secret" not in str(caught.value)


def test_credentials_are_sent_only_when_asked_for(secret: None) -> None:
    _, requests = ask(Busy(200, JSON_RESULTS, ROWS.encode()))
    assert all("Authorization" not in request.headers for request in requests)

    error, requests = ask(Busy(401, {"WWW-Authenticate": 'Basic realm="x"'}))
    first, second = requests
    assert "Authorization" not in first.headers
    assert base64.b64decode(second.headers["Authorization"].split()[1]).decode() == f"me:{SECRET}"
    assert "refuses this user and password (HTTP 401)" in str(error)
    assert SECRET not in str(error)


def test_a_digest_challenge_is_answered_without_the_password(secret: None) -> None:
    challenge = 'Digest realm="x", nonce="n", qop="auth", algorithm=MD5'
    _, requests = ask(Busy(401, {"WWW-Authenticate": challenge}))
    answer = requests[-1].headers["Authorization"]
    assert answer.startswith("Digest ")
    assert 'username="me"' in answer
    assert "cret" not in answer


def test_credentials_do_not_follow_a_redirect(secret: None) -> None:
    seen: list[Request] = []

    def record(request: Request) -> Trouble:
        seen.append(request)
        return Busy(200, JSON_RESULTS, ROWS.encode())

    with trouble_proxy("http://127.0.0.1:9", record) as other:
        error, _ = ask(Busy(302, {"Location": f"{other.root}/steal"}))
    assert isinstance(error, HttpError)
    assert seen == []


def test_a_passing_trouble_is_waited_out() -> None:
    troubles: list[Trouble] = [
        Busy(503, {"Retry-After": "2"}),
        Drop(),
        Busy(429),
        Busy(200, JSON_RESULTS, ROWS.encode()),
    ]
    answers = iter(troubles)
    waited: list[float] = []
    said: list[str] = []
    transport = Transport(time_limit=10, notify=said.append, sleep=waited.append)
    with trouble_proxy("http://127.0.0.1:9", lambda request: next(answers)) as proxy:
        Endpoint(f"{proxy.root}/", transport=transport).query("SELECT ?x {}")
    assert waited == [2.0, 2.0, 4.0]
    assert said[0] == "the server is busy (HTTP 503); trying again in 2 s"


def test_a_server_that_never_answered_is_not_waited_for() -> None:
    waited: list[float] = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(StoreError, match="cannot be reached: Connection refused"):
        Endpoint(address, transport=Transport(sleep=waited.append)).query("ASK {}")
    assert waited == []


def test_a_server_that_drips_is_given_up() -> None:
    """The limit holds for the whole answer, not for each byte of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                while not done.wait(0.05):
                    try:
                        connection.sendall(b" " * 70_000)
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with pytest.raises(StoreError, match="no whole answer after"):
            Endpoint(address, transport=Transport(time_limit=0.3)).query("ASK {}")
        done.set()
        thread.join()
