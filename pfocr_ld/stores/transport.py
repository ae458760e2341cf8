"""HTTP to a store: credentials, time limits, retries, and messages that a person can use.

**requests** carries it: it keeps connections open, answers digest challenges with a nonce that it keeps,
verifies TLS, follows the usual proxy and certificate variables, and reads netrc. What is decided here:

* Credentials come from ``PFOCR_LD_USER`` and ``PFOCR_LD_PASSWORD``, or netrc. They are used only once a
  server asks for them, in the way it asks for, and stand in no message.
* A redirect is never followed: it would carry credentials to a host that nobody named, or turn an upload into
  a GET. The message gives the address to use instead.
* 429, 502, 503 and dropped connections are tried again, after the time that the server asks for,
  else after 1, 2, 4... seconds, as long as the time limit is not over by then. A
  server that has never answered is not waited for: its address is more likely to be wrong.
* An answer is read to its end before anything is made of it, as half of one looks like a whole one.
  What is large waits on disk, not in memory, and there is a limit to it: a few kilobytes can be
  packed that fill any disk.
"""

from __future__ import annotations

import re
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import requests
from requests.auth import AuthBase

from pfocr_ld.errors import Notify, StoreError, let_go_of_frames
from pfocr_ld.stores.addresses import shown_address, shown_target
from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE, NoAuth, choose_auth

_RETRIED_STATUS = frozenset({429, 502, 503})
_DEADLOCK = "SR172"  # Virtuoso gives up one of two transactions that wait for each other, and says 500
_CAUSES = {429: "the server is busy: ", 503: "the server is busy: ", 504: "its own time limit ran out: "}
_CONNECT_LIMIT = 15.0  # seconds, to a server that has not answered yet
_LONGEST_WAIT = 300.0
_LONGEST_MESSAGE = 400
_CHUNK = 1 << 16
_IN_MEMORY = 4 << 20

LARGEST_ANSWER = 4_000_000_000
"""Bytes of one answer, unpacked, unless something else is said."""


class HttpError(StoreError):
    """A server answered with an error; ``status`` is its HTTP status, ``headers`` those of the answer."""

    def __init__(self, message: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class DroppedConnection(StoreError):
    """A connection broke, so that nobody knows whether the server did what it was asked."""


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """Found whatever the case of their names."""
    content: IO[bytes]
    """What it sent, unpacked; a temporary file where that is much."""

    @property
    def body(self) -> bytes:
        """All of ``content``."""
        self.content.seek(0)
        return self.content.read()


class Transport:
    """Requests to one server.

    :param time_limit: seconds that one request may take, from sending it to the last byte of the answer.
    :param attempts: how often a request is sent in all, where it may be sent again.
    :param notify: called with a line for the person who waits, before each pause.
    :param sleep: how to wait, in seconds.
    :param named_by_user: whether the user chose this server, for whom the environment's credentials are
        meant; one that a query names gets none but those that netrc has for its host by name.
    :param largest_answer: the bytes of an answer, unpacked, at which it is given up.
    """

    def __init__(
        self,
        *,
        time_limit: float = 300.0,
        attempts: int = 6,
        notify: Notify | None = None,
        sleep: Callable[[float], None] = time.sleep,
        named_by_user: bool = True,
        largest_answer: int = LARGEST_ANSWER,
    ) -> None:
        self._session = _Session()
        self._largest_answer = largest_answer
        self._named_by_user = named_by_user
        self._time_limit = time_limit
        self._attempts = attempts
        self._bearer = False
        self._notify = notify or (lambda line: None)
        self._sleep = sleep
        self._auth: AuthBase = NoAuth()
        self._reached = False

    def use_bearer(self) -> None:
        """Send the password as a bearer token from now on (QLever's access token)."""
        self._bearer = True

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        again: bool = True,
    ) -> Reply:
        """Send a request and give the answer, read to its end.

        :param again: whether the request may be sent again after a failure; not for one that must not be done
            twice.
        :raises HttpError: the server answered with an error.
        :raises DroppedConnection: the connection broke, in the last attempt.
        :raises StoreError: the server cannot be reached, refuses the credentials, or took too long.
        """
        attempts = self._attempts if again else 1
        end = time.monotonic() + self._time_limit
        for attempt in range(1, attempts + 1):
            wait = 2.0 ** (attempt - 1)
            is_last = attempt == attempts or time.monotonic() + wait > end
            try:
                reply = self._send_once(method, url, headers or {}, body)
            except requests.ConnectionError as error:
                let_go_of_frames(error)
                if _is_certificate_error(error):
                    raise StoreError(
                        f"{shown_address(url)}: its TLS certificate cannot be verified: {error}"
                    ) from error
                if not self._reached:
                    raise StoreError(f"{shown_address(url)}: cannot be reached: {_reason(error)}") from error
                if is_last:
                    raise DroppedConnection(
                        f"{shown_address(url)}: the connection broke: {_reason(error)}"
                    ) from error
                self._pause(wait, f"the connection broke ({_reason(error)})")
            except requests.exceptions.ChunkedEncodingError as error:
                if is_last:
                    raise DroppedConnection(
                        f"{shown_address(url)}: the connection broke in mid-answer, as it does where a "
                        "server's own time limit runs out"
                    ) from error
                self._pause(wait, "the connection broke in mid-answer")
            else:
                trouble = _passing_trouble(reply)
                if trouble is None or attempt == attempts:
                    return self._check(reply, url)
                wait = _retry_after(reply.headers.get("Retry-After"), wait)
                if wait > _LONGEST_WAIT:
                    raise HttpError(
                        f"{shown_address(url)}: the server is busy and asks to come back in {wait:.0f} s: "
                        "try again then",
                        reply.status,
                    )
                if time.monotonic() + wait > end:
                    return self._check(reply, url)
                self._pause(wait, trouble)
        raise AssertionError("the last attempt returns or raises")

    def _send_once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        reply = self._exchange(method, url, headers, body)
        self._reached = True
        if reply.status == 401 and isinstance(self._auth, NoAuth):
            chosen = choose_auth(
                url, reply.headers.get("WWW-Authenticate", ""), self._bearer, self._named_by_user
            )
            if chosen is not None:
                self._auth = chosen
                reply = self._exchange(method, url, headers, body)
        return reply

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """Send once and read the answer, within the time limit: the one of requests is for each read only."""
        started = time.monotonic()
        shown = shown_address(url)
        # Within the first of the two limits urllib3 also sends the body, however long that takes.
        connect_limit = self._time_limit if self._reached else min(_CONNECT_LIMIT, self._time_limit)
        try:
            response = self._session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                auth=self._auth,
                allow_redirects=False,
                stream=True,
                timeout=(connect_limit, self._time_limit),
            )
            with response:
                return Reply(response.status_code, response.headers, self._read(response, shown, started))
        except requests.Timeout as error:
            if isinstance(error, requests.ConnectTimeout):
                raise StoreError(f"{shown}: cannot be reached: no answer to the connection") from error
            raise StoreError(f"{shown}: timed out after {time.monotonic() - started:.0f} s") from error
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            raise  # may be tried again
        except requests.exceptions.ContentDecodingError as error:
            raise StoreError(f"{shown}: its answer is not compressed in the way that it says") from error
        except KeyError as error:
            raise StoreError(f"{shown}: asks for a login in a way that cannot be read: no {error}") from error
        except ValueError as error:
            raise StoreError(f"{shown}: not an http:// or https:// address") from error
        except requests.RequestException as error:
            raise StoreError(f"{shown}: cannot be asked: {_reason(error)}") from error

    def _read(self, response: requests.Response, shown: str, started: float) -> IO[bytes]:
        """Read an answer to its end, into memory or, where it is large, a temporary file."""
        content = cast("IO[bytes]", _Spool())
        length = 0
        for chunk in response.iter_content(_CHUNK):
            length += len(chunk)
            if length > self._largest_answer:
                raise StoreError(
                    f"{shown}: the answer is larger than {self._largest_answer / 1_000_000:g} MB: ask for "
                    "less, or"
                    " allow more (--max-answer)"
                )
            try:
                content.write(chunk)
            except OSError as error:
                raise StoreError(
                    f"{shown}: the answer cannot be kept in a temporary file: {error.strerror or error}"
                ) from error
            if time.monotonic() - started > self._time_limit:
                raise requests.ReadTimeout
        content.seek(0)
        return content

    def _check(self, reply: Reply, url: str) -> Reply:
        status = reply.status
        shown = shown_address(url)
        if status == 206:
            raise HttpError(f"{shown}: gave only a part of the answer (HTTP 206)", status, reply.headers)
        if status < 300:
            return reply
        if status < 400:
            target = shown_target(url, reply.headers.get("Location", ""))
            raise HttpError(f"{shown}: has moved: use {target} instead", status, reply.headers)
        said = server_message(reply)
        if status == 401:
            if isinstance(self._auth, NoAuth):
                remedy = f"set {USER_VARIABLE} and {PASSWORD_VARIABLE}, or add the host to netrc"
                raise HttpError(f"{shown}: requires a user and a password: {remedy}", status, reply.headers)
            raise HttpError(f"{shown}: refuses this user and password (HTTP 401)", status, reply.headers)
        cause = _CAUSES.get(status, "")
        raise HttpError(f"{shown}: {cause}HTTP {status}: {said}", status, reply.headers)

    def _pause(self, seconds: float, reason: str) -> None:
        self._notify(f"{reason}; trying again in {seconds:g} s")
        self._sleep(seconds)


def _passing_trouble(reply: Reply) -> str | None:
    """Return why an answer is an error that may be none the next time, or ``None``."""
    if reply.status in _RETRIED_STATUS:
        return f"the server is busy (HTTP {reply.status})"
    if reply.status == 500 and _DEADLOCK in server_message(reply):
        return f"the server has undone it for another (HTTP {reply.status}, {_DEADLOCK})"
    return None


def server_message(reply: Reply) -> str:
    """Return what a server says of an error as one printable line of bounded length."""
    reply.content.seek(0)
    text = reply.content.read(16 * _LONGEST_MESSAGE).decode("utf-8", "replace")
    if "html" in reply.headers.get("Content-Type", ""):
        text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not line:
        return "no reason given"
    return line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + "..."


def _retry_after(value: str | None, otherwise: float) -> float:
    """Return the seconds that ``Retry-After`` asks for: a number or a date (RFC 9110, section 10.2.3)."""
    if value is None:
        return otherwise
    number = as_number(value)
    if number is not None:
        return float(number)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return otherwise


def as_number(said: str | None) -> int | None:
    """Return the whole number that a text of a server's holds, ``None`` where there is none."""
    text = (said or "").strip()  # of which "²" is digits, too
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


class _Session(requests.Session):
    """A session that does not look where a redirect leads: what no server should send
    there is an error in requests.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class _Spool:
    """A temporary file, in memory as long as it is small, that is closed with its last user."""

    def __init__(self) -> None:
        file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed below
        self.read, self.write, self.seek, self.fileno = file.read, file.write, file.seek, file.fileno
        weakref.finalize(self, file.close)


def _is_certificate_error(error: requests.ConnectionError) -> bool:
    return isinstance(error, requests.exceptions.SSLError)


def _reason(error: Exception) -> str:
    """Dig the plain reason (``Connection refused``) out of the layers of an exception."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, requests.RequestException):
            return cause.strerror
        inner = getattr(cause, "reason", None) or (cause.args[0] if cause.args else None)
        if isinstance(inner, BaseException):
            cause = inner
        elif cause.__cause__ or cause.__context__:
            cause = cause.__cause__ or cause.__context__
        else:
            break
    text = " ".join(str(cause).split()) if cause is not None else ""
    return text[:200] or "no reason given"
