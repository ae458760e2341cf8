"""A SPARQL endpoint on loopback, with the embedded engine behind it, that remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store


class SparqlEndpoint:
    """Answers queries over ``store`` at ``url``."""

    def __init__(self, store: Store, url: str) -> None:
        self.store = store
        self.url = url
        self.asked: list[str] = []

    def answer(self, query: str) -> tuple[str, bytes]:
        """Return the media type and body of the answer to a query."""
        self.asked.append(query)
        results = self.store.query(query, use_default_graph_as_union=True)
        if isinstance(results, QueryTriples):
            return "application/n-triples", results.serialize(format=RdfFormat.N_TRIPLES) or b""
        return "application/sparql-results+json", results.serialize(format=QueryResultsFormat.JSON) or b""


@contextmanager
def serve_sparql(store: Store) -> Iterator[SparqlEndpoint]:
    """Serve a store until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(parse_qs(urlsplit(self.path).query)["query"][0])

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            whole = self.headers["Content-Type"].startswith("application/sparql-query")
            self._answer(text if whole else parse_qs(text)["query"][0])

        def _answer(self, query: str) -> None:
            media_type, body = endpoint.answer(query)
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        endpoint = SparqlEndpoint(store, f"http://127.0.0.1:{server.server_port}/sparql")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield endpoint
        server.shutdown()
