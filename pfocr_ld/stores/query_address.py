"""Where a store is asked, from the address that a person gives: that of the store, or of any of its services.

So that one address serves loading and asking. An address that ends as query services do is taken as it
is, without a request; of any other the server is asked what it is.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pfocr_ld.errors import StoreError
from pfocr_ld.stores.addresses import check_address
from pfocr_ld.stores.kinds import STORE_KINDS, StoreKind, kind_of_server, store_root
from pfocr_ld.stores.transport import HttpError, Transport

_QUERY_ENDS = ("/sparql", "/query", "/sparql-auth")


def find_query_address(endpoint: str, transport: Transport) -> str:
    """Return the address at which a store is asked; the one given where the server does not say what it is.

    A server that answers with a web page, and is of no known kind, is asked at ``/sparql`` below it,
    as ``pfocr-ld serve`` and most others have it.

    :raises StoreError: the address is none, or the server cannot be reached.
    """
    check_address(endpoint)
    if urlsplit(endpoint).path.rstrip("/").endswith(_QUERY_ENDS) or urlsplit(endpoint).query:
        return endpoint
    kind, media_type = _ask_server(endpoint, transport)
    if kind is not None:
        return store_root(endpoint) + kind.read
    return f"{endpoint.rstrip('/')}/sparql" if media_type == "text/html" else endpoint


def ask_for_kind(endpoint: str, transport: Transport) -> StoreKind:
    """Ask a server what it is.

    :raises StoreError: it cannot be reached, or does not say.
    """
    kind, _ = _ask_server(endpoint, transport)
    if kind is None:
        known = ", ".join(STORE_KINDS)
        raise StoreError(f"{endpoint}: does not say what kind of store it is: name it with --kind ({known})")
    return kind


def _ask_server(endpoint: str, transport: Transport) -> tuple[StoreKind | None, str]:
    """Return the kind of a server, if it says so, and the media type of its answer."""
    try:
        headers = transport.send("GET", endpoint, again=False).headers
    except HttpError as error:
        headers = error.headers
    media_type = headers.get("Content-Type", "").split(";")[0].strip().lower()
    return kind_of_server(headers.get("Server", ""), " ".join(headers)), media_type
