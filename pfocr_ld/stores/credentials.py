"""Who asks: a user and a password from the environment or netrc, sent in the way that a server asks for.

They stand in no message. A server that the user did not choose, but a query file names, gets only what netrc
has for its host by name: the environment's are another's, and netrc's ``default`` is for anybody.
"""

from __future__ import annotations

import os
import re
from netrc import NetrcParseError, netrc
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from requests.utils import NETRC_FILES, get_netrc_auth

USER_VARIABLE = "PFOCR_LD_USER"
PASSWORD_VARIABLE = "PFOCR_LD_PASSWORD"  # noqa: S105 - the name of a variable


class NoAuth(AuthBase):
    """No credentials: with none given, requests would send those of netrc unasked, in clear text."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class _BearerAuth(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


def choose_auth(url: str, challenge: str, bearer: bool, named_by_user: bool) -> AuthBase | None:
    """Choose how to answer a challenge (RFC 9110, section 11.6.1); ``None`` where
    there are no credentials.
    """
    user, password = None, None
    if named_by_user:
        user, password = os.environ.get(USER_VARIABLE), os.environ.get(PASSWORD_VARIABLE)
    if bearer and password:
        return _BearerAuth(password)
    if user is None or password is None:
        found = get_netrc_auth(url) if named_by_user or _netrc_names(urlsplit(url).hostname or "") else None
        if found is None:
            return None
        user, password = found
    if re.search(r"\bdigest\b", challenge, re.IGNORECASE):
        return HTTPDigestAuth(user, password)
    # Encoded here, since requests would take the text as Latin-1 (RFC 7617, section 2.1, prefers UTF-8).
    return HTTPBasicAuth(user.encode(), password.encode())


def _netrc_names(host: str) -> bool:
    """Return whether netrc has an entry for a host, and not only a default one, which is for any."""
    places = [Path(os.environ["NETRC"])] if "NETRC" in os.environ else map(Path, NETRC_FILES)
    for path in places:
        try:
            return host in netrc(path.expanduser()).hosts
        except FileNotFoundError:
            continue
        except (NetrcParseError, OSError, RuntimeError):
            return False
    return False
