"""Addresses of servers: which are usable, and how they stand in messages, without credentials and queries."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from pfocr_ld.errors import StoreError
from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE


def check_address(url: str) -> str:
    """Return ``url``.

    :raises StoreError: it is no http or https address, or holds a password.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is read only now
    except ValueError as error:
        raise StoreError(f"{shown_address(url)}: not an http:// or https:// address") from error
    if parts.username is not None or parts.password is not None:
        raise StoreError(
            f"{shown_address(url)}: a user or password does not belong in an address:"
            f" set {USER_VARIABLE} and {PASSWORD_VARIABLE}, or add the host to netrc"
        )
    if parts.scheme not in ("http", "https") or not _is_host(parts.hostname or ""):
        raise StoreError(f"{shown_address(url)}: not an http:// or https:// address")
    return url


def _is_host(name: str) -> bool:
    """Return whether a text may name a host: no part of it is empty, or longer than 63 letters (RFC 1035)."""
    try:
        return name != "" and bool(name.encode("idna"))
    except UnicodeError:
        return False


def shown_address(url: str) -> str:
    """Return an address for a message: without credentials, query and control characters."""
    plain = re.sub(r"//[^/@]*@", "//", url.split("?", 1)[0])
    return "".join(char if char.isprintable() else "?" for char in plain)


def shown_target(url: str, location: str) -> str:
    """Return where a redirect leads, for a message: not with what stands behind ``?``,
    since that repeats the query.
    """
    text = location.encode("latin-1", "replace").decode(
        "utf-8", "replace"
    )  # as RFC 9110, section 5.5, has headers
    try:
        return shown_address(urljoin(url, text))
    except ValueError:
        return shown_address(text)
