"""A store served until somebody stops it: the library function behind ``pfocr-ld serve``."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from pfocr_ld.errors import Notify, SourceError, StoreError
from pfocr_ld.own_folders import is_store
from pfocr_ld.rdf_files import find_dumps
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.serving.app import make_application
from pfocr_ld.serving.below_path import BelowPath
from pfocr_ld.serving.preparation import find_preparation
from pfocr_ld.serving.site import ServingOptions, Site
from pfocr_ld.stores.embedded import find_store

if TYPE_CHECKING:
    from pfocr_ld.loading.options import LoadOptions


@contextmanager
def open_store_of(paths: Sequence[Path], store: Path | None, options: LoadOptions) -> Iterator[Path]:
    """Yield the folder of a store that holds what ``paths`` hold: one that is there, or
    one that is made of them.

    What is made at once beside a store that is made here is made, too: the site has it when it opens.

    :param store: where to make it; by default in a temporary folder, which is gone afterwards.
    :raises SourceError: there is nothing to serve.
    :raises StoreError: the store cannot be made, or is not there.
    """
    if len(paths) == 1 and is_store(paths[0]):
        yield paths[0]
    elif not paths and store is not None:
        find_store(store)
        yield store
    elif not paths:
        raise SourceError("nothing to serve: name a store, a release, a dump, or a folder of records")
    elif store is not None:
        _make_store(paths, store, options)
        yield store
    else:
        with tempfile.TemporaryDirectory(prefix="pfocr-ld-") as folder:
            made = Path(folder) / "store"
            _make_store(paths, made, options)
            yield made


def _make_store(paths: Sequence[Path], store: Path, options: LoadOptions) -> None:
    from pfocr_ld.loading.load import load_into_directory  # slow to import, and a store needs none

    files = [file for path in paths for file in (_files_of_release(path) or [path])]
    load_into_directory(files, store, options)
    with ExitStack() as stack:
        preparation = find_preparation(store, stack)
        for path in paths:
            if _files_of_release(path):
                preparation.take_void((path / DESCRIPTION_NAME).read_text(encoding="utf-8"))
        preparation.complete(store)


def _files_of_release(folder: Path) -> list[Path]:
    """Return the dump in a release's folder that is read fastest; none where it is no release."""
    return find_dumps(folder)[:1] if (folder / DESCRIPTION_NAME).is_file() else []


def serve(
    directory: Path,
    host: str,
    port: int,
    options: ServingOptions,
    *,
    notify: Notify,
    root_path: str = "",
    trusted_proxies: str = "",
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the store in ``directory`` until SIGINT or SIGTERM.

    :param notify: is told what cannot be served.
    :param root_path: the path below which a proxy shows the site, such as ``/pfocr``.
    :param trusted_proxies: the addresses, separated by commas, whose forwarded headers are believed.
    :param ready: is told the address once it answers.
    :raises StoreError: the store cannot be opened, or the address is taken.
    """
    site = Site(directory, options, notify)
    config = uvicorn.Config(
        BelowPath(make_application(site), root_path) if root_path else make_application(site),
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies or None,
        timeout_graceful_shutdown=10,
        lifespan="on",
    )
    listener = _listen(host, port)
    with listener:
        address = f"http://{_bracketed(host)}:{listener.getsockname()[1]}{root_path}/"
        server = _Server(config, lambda: ready(address))
        server.run([listener])
        if not server.started:
            raise StoreError(f"{directory}: the store cannot be served: see above")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # By its protocol asyncio knows that what it writes must not wait for more: 40 ms an answer.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        raise StoreError(
            f"{host}:{port} cannot be used: {error.strerror or error}: choose another --port"
        ) from error
    return listener


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Server(uvicorn.Server):
    """A uvicorn server that says when it answers, and for which a signal to end is no failure."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        self._captured_signals.clear()  # a server that was asked to end and has ended has not failed

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # with uvicorn's own status: whoever called it says what has failed
            self.should_exit = True
        if self.started:
            self._ready()
