"""Web addresses that are published: unquoted in IRIs, in attributes of pages and in commands."""

from __future__ import annotations

import re

from pfocr_ld.errors import OutputError

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%/=&?+-]*)?", re.ASCII).fullmatch


def check_web_address(address: str, what: str) -> None:
    """Check that an address can be published.

    :param what: what the address is called in the error.
    :raises OutputError: it is no http or https address, or holds more than letters,
        digits and ``._~%/=&?+-``.
    """
    if not _ADDRESS(address):
        raise OutputError(f"the {what} {address!r} is no plain http or https address")
