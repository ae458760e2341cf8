"""Asking an endpoint: whole answers or a clear message, and credentials that go nowhere else."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store
from support.in_process import Command
from support.sparql_endpoint import serve_sparql
from support.trouble_proxy import Busy, Drop, Request, Trouble, trouble_proxy

from pfocr_ld.errors import PfocrError, QueryError, StoreError
from pfocr_ld.loading.load_log import LOADS, Loaded, read_loaded
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE
from pfocr_ld.stores.endpoint import Endpoint, query_form
from pfocr_ld.stores.kinds import STORE_KINDS, Addresses
from pfocr_ld.stores.transport import HttpError, Transport

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
            (
                "# title: Ask for genes\n# description: CONSTRUCT\nPREFIX ask: "
                "<http://x/#construct>\nSELECT * {}"
            ),
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
        (Busy(200, JSON_RESULTS, ROWS[:-9].encode()), "its answer cannot be read: .*cut short"),
        (Busy(200, {**JSON_RESULTS, "X-SPARQL-MaxRows": "1"}, ROWS.encode()), "gave only the first 1 rows"),
        (
            Busy(200, {**JSON_RESULTS, "X-SQL-State": "S1TAT"}, ROWS.encode()),
            "gave only a part of the answer",
        ),
        (
            Busy(301, {"Location": "https://example.org/sparql"}),
            "has moved: use https://example.org/sparql instead",
        ),
        (Busy(401, {"WWW-Authenticate": "Basic"}), "requires a user and a password: set PFOCR_LD_USER"),
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


QUERY_IN_ADDRESS = "https://example.org/sparql?query=SELECT%20%3Fx"


def results_with(cell: str, **others: str) -> Busy:
    """Return an answer with one row whose only cell is given as JSON."""
    more = "".join(f', "{name}": {value}' for name, value in others.items())
    body = f'{{"head": {{"vars": ["x"]}}, "results": {{"bindings": [{{"x": {cell}}}]}}{more}}}'
    return Busy(200, JSON_RESULTS, body.encode("utf-8", "surrogatepass"))


LITERAL = '{"type": "literal", "value": "1"}'


@pytest.mark.parametrize(
    "body",
    [
        ROWS[:-1] + ', "meta": {"query-time-ms": 3, "warnings": ["a ] } b"]}}',
        '{"meta": [{"results": {"bindings": 1}}], ' + ROWS[1:],
        ROWS[:-1].replace('"head": {"vars": ["x"]}, ', "") + ', "meta": [], "head": {"vars": ["x"]}}',
        ROWS.replace('"bindings"', '"distinct": false, "ordered": true, "bindings"').replace(
            "]}}", '], "of": 1}}'
        ),
    ],
    ids=["meta after results", "meta first", "head last", "members in results"],
)
def test_what_a_store_adds_to_its_results_is_passed_over(body: str) -> None:
    with trouble_proxy("http://127.0.0.1:9", lambda request: Busy(200, JSON_RESULTS, body.encode())) as proxy:
        rows = list(Endpoint(f"{proxy.root}/sparql").query("SELECT ?x {}").solutions())
    assert [row["x"].value for row in rows] == ["1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (results_with('{"type": "uri", "value": "http://example.org/a b"}'), "Invalid IRI code point"),
        (results_with('{"type": "uri", "value": "a"}'), "No scheme"),
        (results_with('{"type": "literal", "value": "x", "xml:lang": "en_US"}'), "language subtag"),
        (results_with('{"type": "literal", "value": "x", "xml:lang": ""}'), "empty"),
        (results_with('{"type": "literal", "value": "x\\ud83d y"}'), "cannot be read"),
        (results_with('{"type": "literal", "value": "x\ud83d y"}'), "cannot be read"),
        (results_with('{"type": "literal", "value": NaN}'), "cannot be read"),
        (results_with("[" * 100_000 + "]" * 100_000), "cannot be read"),
        (results_with(LITERAL, meta="[" * 100_000), "cannot be read"),
        (results_with(LITERAL, meta='"' + "x" * 50 + "\\"), "cannot be read"),
        (Busy(200, JSON_RESULTS, b"[" * 1_000_000), "does not answer with SPARQL JSON results"),
        (Busy(200, JSON_RESULTS, b'{"head": {}, "boolean": true}'), "its answer is not one to SELECT"),
        (Busy(200, JSON_RESULTS, b""), "cannot be read"),
        (Busy(200, JSON_RESULTS, ROWS.encode() * 2), "something follows the end"),
        (Busy(200, JSON_RESULTS, ROWS.encode() + b"\nOut of memory"), "something follows the end"),
        (Busy(206, JSON_RESULTS, ROWS.encode()), "only a part of the answer"),
        (Busy(200, {**JSON_RESULTS, "Content-Encoding": "gzip"}, ROWS.encode()), "not compressed in the way"),
        (
            Busy(200, JSON_RESULTS, ROWS[:-9].encode() + b"\nThe SPARQL operation has been cancelled"),
            "its own time limit ran out",
        ),
        (
            Busy(
                200,
                JSON_RESULTS,
                ROWS[:-9].encode() + b"\n## Query cancelled due to timeout during execution ##",
            ),
            "its own time limit ran out",
        ),
        (Busy(308, {"Location": QUERY_IN_ADDRESS}), "has moved: use https://example.org/sparql instead$"),
        (Busy(308, {"Location": "/\xff\xfe"}), "has moved"),
        (Busy(308, {"Location": "http://[1"}), "has moved"),
        (Busy(308), "has moved"),
        (Busy(503, {"Retry-After": "\xb2"}), "HTTP 503"),
        (Busy(503, {"Retry-After": "9" * 400}), "HTTP 503"),
        (Busy(503, {"Retry-After": "Mon, 99 Foo 99999 99:99:99 GMT"}), "HTTP 503"),
    ],
)
def test_what_no_endpoint_should_answer_is_one_line(answer: Busy, message: str) -> None:
    error, _ = ask(answer)
    assert isinstance(error, StoreError)
    assert str(error).startswith("http://127.0.0.1:") and "\n" not in str(error) and len(str(error)) < 600
    with pytest.raises(StoreError, match=message):
        raise error


@pytest.mark.parametrize(
    "challenge", ["Digest", "Digest nonce=1", 'Digest realm="x"', "Digest realm=,,=", "\xff"]
)
def test_a_login_that_cannot_be_read_is_one_line(challenge: str, secret: None) -> None:
    error, _ = ask(Busy(401, {"WWW-Authenticate": challenge}))
    assert isinstance(error, StoreError)
    assert SECRET not in str(error)


def test_an_odd_limit_on_rows_is_no_limit() -> None:
    assert ask(Busy(200, {**JSON_RESULTS, "X-SPARQL-MaxRows": "\xb2"}, ROWS.encode()))[0] is None


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        ({}, b"<urn:s> <urn:p> <urn:o> .", "it has no Content-Type"),
        (
            {"Content-Type": "text/plain;charset=utf-8"},
            b"sorry",
            "answers with text/plain, which is no RDF|cannot be read",
        ),
        ({"Content-Type": "application/n-triples"}, b"<urn:s> <urn:p> <urn:o", "cannot be read"),
        ({"Content-Type": "application/n-triples"}, b"<urn:s> <urn:p> <urn:o o> .", "cannot be read"),
        ({"Content-Type": "text/turtle"}, b"<urn:s> <urn:p> 'x'@en_US .", "cannot be read"),
        (
            {"Content-Type": "application/rdf+xml"},
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
            "it is cut short",
        ),
        (
            {"Content-Type": "text/turtle"},
            b"<urn:s> <urn:p> <urn:o> .\n## Query cancelled due to timeout during execution ##\n",
            "its own time limit ran out",
        ),
        (
            {"Content-Type": "application/n-triples"},
            b"<urn:s> <urn:p> <urn:o> .\nThe SPARQL operation has been cancelled",
            "its own time limit ran out",
        ),
    ],
)
def test_a_graph_that_is_none_is_one_line(headers: dict[str, str], body: bytes, message: str) -> None:
    error, _ = ask(Busy(200, headers, body), "CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(error, StoreError)
    with pytest.raises(StoreError, match=f"^http://127.0.0.1:.*({message})"):
        raise error


def test_words_of_a_graph_are_not_taken_for_a_time_limit() -> None:
    body = b'<urn:s> <urn:p> "query cancelled, timed out #" .\n# made in no time\n'
    answer = Busy(200, {"Content-Type": "application/n-triples"}, body)
    assert ask(answer, "CONSTRUCT WHERE { ?s ?p ?o }")[0] is None


@pytest.mark.parametrize(("triples", "whole"), [(99, True), (100, False), (101, False), (102, True)])
def test_a_graph_that_virtuoso_cut_is_refused(triples: int, whole: bool) -> None:
    """Virtuoso 7.2.5 gives ResultSetMaxRows and one triples, and names the limit
    in answers to SELECT alone.
    """

    def virtuoso(request: Request) -> Trouble:
        if "CONSTRUCT" in request.path:
            body = "".join(f"<urn:{number}> <urn:p> <urn:o> .\n" for number in range(triples))
            return Busy(200, {"Content-Type": "text/turtle", "Server": "Virtuoso/07.20"}, body.encode())
        limit = {"X-SPARQL-MaxRows": "100"} if f"LIMIT%20{triples}" in request.path and triples >= 100 else {}
        return Busy(200, {**JSON_RESULTS, **limit}, ROWS.encode())

    with trouble_proxy("http://127.0.0.1:9", virtuoso) as proxy:
        endpoint = Endpoint(f"{proxy.root}/sparql")
        if whole:
            assert endpoint.query("CONSTRUCT WHERE { ?s ?p ?o }").size == triples
        else:
            with pytest.raises(StoreError, match=f"gave only the first {triples} triples, its own limit"):
                endpoint.query("CONSTRUCT WHERE { ?s ?p ?o }")


def test_an_answer_that_never_ends_is_given_up() -> None:
    bomb = gzip.compress(b" " * 30_000_000)
    answer = Busy(200, {**JSON_RESULTS, "Content-Encoding": "gzip"}, bomb)
    with trouble_proxy("http://127.0.0.1:9", lambda request: answer) as proxy:
        endpoint = Endpoint(f"{proxy.root}/sparql", largest_answer=20_000_000)
        with pytest.raises(StoreError, match="larger than 20 MB: ask for less, or allow more"):
            endpoint.query("SELECT ?x {}")


@pytest.mark.slow
@pytest.mark.parametrize("added", ["", ', "meta": {"rows": 1}'], ids=["as the standard says", "with meta"])
def test_a_large_answer_waits_on_disk(added: str) -> None:
    row = b'{"x": {"type": "literal", "value": "' + b"long " * 2000 + b'"}}'
    body = b'{"head": {"vars": ["x"]}, "results": {"bindings": [' + b",\n".join([row] * 2000) + b"]}"
    body += added.encode() + b"}"
    with trouble_proxy("http://127.0.0.1:9", lambda request: Busy(200, JSON_RESULTS, body)) as proxy:
        endpoint = Endpoint(f"{proxy.root}/sparql")
        tracemalloc.start()
        try:
            answer = endpoint.query("SELECT ?x {}")
            assert sum(1 for _ in answer.solutions()) == answer.size == 2000
            assert tracemalloc.get_traced_memory()[1] < len(body) / 2
        finally:
            tracemalloc.stop()


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
    "url",
    [
        *("http://me:secret@127.0.0.1/", "ftp://127.0.0.1/", "http://", "http://[1", "sparql"),
        *("http://a..b/", f"http://{'a' * 300}/", "http://127.0.0.1:x/", "http://127.0.0.1:99999/"),
    ],
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
        Busy(500, body=b"Virtuoso 40001 Error SR172: Transaction deadlocked"),
        Busy(200, JSON_RESULTS, ROWS.encode()),
    ]
    answers = iter(troubles)
    waited: list[float] = []
    said: list[str] = []
    transport = Transport(time_limit=20, notify=said.append, sleep=waited.append)
    with trouble_proxy("http://127.0.0.1:9", lambda request: next(answers)) as proxy:
        Endpoint(f"{proxy.root}/", transport=transport).query("SELECT ?x {}")
    assert waited == [2.0, 2.0, 4.0, 8.0]
    assert said[0] == "the server is busy (HTTP 503); trying again in 2 s"
    assert said[3] == "the server has undone it for another (HTTP 500, SR172); trying again in 8 s"


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        (Busy(503, body=b"Query timed out"), "the server is busy: HTTP 503: Query timed out"),
        (Busy(429), "the server is busy: HTTP 429: busy"),
        (Busy(503, {"Retry-After": "20"}), "the server is busy: HTTP 503: busy"),
        (Busy(504), "its own time limit ran out: HTTP 504: busy"),
        (Drop(), "the connection broke"),
        (None, "timed out after"),
    ],
)
def test_a_server_that_stays_busy_is_named_when_the_time_is_over(
    trouble: Trouble, message: str, tmp_path: Path, command: Command
) -> None:
    """And not only that the time is over, as it is while the last of many attempts waits for its turn."""
    (tmp_path / "mine.rq").write_text("SELECT ?x {}")
    done = threading.Event()

    def answer(request: Request) -> Trouble:
        if trouble is None:
            done.wait(20)
        return trouble if request.number > 1 or trouble is None else Busy(503, {"Retry-After": "0"})

    with trouble_proxy("http://127.0.0.1:9", answer) as proxy:
        address = f"{proxy.root}/sparql"
        asked = command("query", tmp_path / "mine.rq", "--endpoint", address, "--time-limit", "1.5")
        done.set()
    assert asked.status == 1
    assert asked.err.startswith(f"Error: {address}: {message}") and asked.err.count("\n") == 1


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
        with pytest.raises(StoreError, match="timed out after"):
            Endpoint(address, transport=Transport(time_limit=0.3)).query("ASK {}")
        done.set()
        thread.join()


@pytest.mark.slow
def test_a_body_may_take_longer_than_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store reads as fast as it works, and a line may be slow."""
    monkeypatch.setattr("pfocr_ld.stores.transport._CONNECT_LIMIT", 0.2)
    body = bytes(30_000_000)  # more than lies between the two
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as received:
                for length in (0, len(body)):
                    while received.readline().strip():
                        pass
                    if length:
                        threading.Event().wait(0.6)
                    received.read(length)
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        transport = Transport(time_limit=30, attempts=1)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert transport.send("GET", address).status == 204
        assert transport.send("POST", address, body=body).status == 204
        thread.join()


@pytest.mark.parametrize(
    ("netrc", "sent"),
    [
        ("default login me password secret\n", False),
        ("machine other login me password secret\n", False),
        ("machine 127.0.0.1 login me password secret\n", True),
        ("machine 127.0.0.1 login\n", False),
    ],
    ids=["default", "another", "by name", "broken"],
)
def test_of_netrc_a_server_that_a_query_names_gets_what_is_for_it_by_name(
    netrc: str, sent: bool, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text(netrc)
    answer = Busy(401, {"WWW-Authenticate": "Basic realm=x"})
    with trouble_proxy("http://127.0.0.1:9", lambda request: answer) as proxy:
        with pytest.raises(StoreError):
            Transport(named_by_user=False).send("GET", f"{proxy.root}/")
        assert any("Authorization" in request.headers for request in proxy.requests) == sent


def test_a_store_that_does_not_count_is_one_line() -> None:
    with trouble_proxy("http://127.0.0.1:9", lambda request: Busy(200, JSON_RESULTS, ROWS.encode())) as proxy:
        addresses = Addresses(f"{proxy.root}/sparql", f"{proxy.root}/update", None)
        store = RemoteStore(STORE_KINDS["generic"], addresses, Transport())
        assert store.count("urn:g") == 1
    word = results_with('{"type": "uri", "value": "urn:many"}')
    with trouble_proxy("http://127.0.0.1:9", lambda request: word) as proxy:
        addresses = Addresses(f"{proxy.root}/sparql", f"{proxy.root}/update", None)
        with pytest.raises(StoreError, match="does not answer a question for a number with one"):
            RemoteStore(STORE_KINDS["generic"], addresses, Transport()).count("urn:g")


def read_record(*cells: str) -> Loaded | None:
    """Read what a store records of a graph, which answers any query with these properties and values."""
    answered = ",".join(cells)
    body = f'{{"head": {{"vars": ["p", "o"]}}, "results": {{"bindings": [{answered}]}}}}'.encode()
    with trouble_proxy("http://127.0.0.1:9", lambda request: Busy(200, JSON_RESULTS, body)) as proxy:
        addresses = Addresses(f"{proxy.root}/sparql", f"{proxy.root}/update", None)
        return read_loaded(RemoteStore(STORE_KINDS["generic"], addresses, Transport()), "urn:g")


@pytest.mark.parametrize("triples", ["", "many", "1.5", "-1", "²", pytest.param("9" * 5000, id="long")])
def test_a_record_of_a_load_with_a_damaged_number_counts_none(triples: str) -> None:
    values = {"digest": f"sha256:{64 * 'a'}", "triples": triples}
    loaded = read_record(
        *(
            json.dumps(
                {"p": {"type": "uri", "value": LOADS + name}, "o": {"type": "literal", "value": value}}
            )
            for name, value in values.items()
        )
    )
    assert loaded == Loaded(frozenset({values["digest"]}), 0)


def test_a_store_that_answers_another_question_is_one_line() -> None:
    with trouble_proxy("http://127.0.0.1:9", lambda request: Busy(200, JSON_RESULTS, ROWS.encode())) as proxy:
        addresses = Addresses(f"{proxy.root}/sparql", f"{proxy.root}/update", None)
        store = RemoteStore(STORE_KINDS["generic"], addresses, Transport())
        for ask_for in (
            lambda: read_loaded(store, "urn:g"),
            lambda: store.count_each(["urn:g"]),
            lambda: store.triples_about("urn:g", [NamedNode("urn:s")]),
        ):
            with pytest.raises(StoreError, match="answers another question than the one it was asked"):
                ask_for()


@pytest.mark.parametrize(
    ("query", "media_type", "body"),
    [
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "application/n-triples",
            "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 20_000 + "<a:c>" + " )>>" * 20_000 + " .",
        ),
        (
            "SELECT ?x {}",
            "application/sparql-results+json",
            '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": '
            + '{"type": "triple", "value": {"object": ' * 20_000
            + "1"
            + "}}" * 20_000
            + "}]}}",
        ),
    ],
    ids=["graph", "rows"],
)
def test_an_answer_that_is_nested_too_deeply(query: str, media_type: str, body: str) -> None:
    error, _ = ask(Busy(200, {"Content-Type": media_type}, body.encode()), query)
    assert isinstance(error, StoreError) and "cannot be read" in str(error)
