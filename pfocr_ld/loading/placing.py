"""The one update that makes a graph hold a new release, and what is known when its answer is lost."""

from __future__ import annotations

import time

from pfocr_ld.errors import StoreError
from pfocr_ld.loading.load_log import UNKNOWN_DIGEST, Loaded, loaded_update, read_loaded
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.stores.transport import DroppedConnection


def put_in_place(
    store: RemoteStore, target: str, change: str, wanted: Loaded, before: int, waiting: str
) -> int:
    """Run an update, which is recorded with it; give the count of the graph afterwards.

    :param wanted: what the graph holds then.
    :param before: its triples until now.
    :param waiting: the staging graph, for a message.
    :raises StoreError: the store refuses, or cannot be asked what it has done.
    """
    record = loaded_update(target, wanted)
    try:
        store.update(f"{change} ;\n{record}" if change else record, again=False)
    except DroppedConnection as error:
        if not _was_put_in_place(store, target, wanted):
            raise DroppedConnection(
                f"{error}; what <{target}> holds now could not be asked: run the same command "
                "again, which"
                " finds out and puts it right"
            ) from error
    except StoreError as error:
        raise StoreError(
            f"{error}; {_say_state(store, target, before)}, and the verified data waits in <{waiting}>"
        ) from error
    return store.count(target)


def record_as_unknown(store: RemoteStore, target: str) -> None:
    """Record that a graph holds what nobody knows: it was put there by us, and whatever comes replaces it."""
    store.update(loaded_update(target, Loaded(frozenset({UNKNOWN_DIGEST}), 0)))


def _say_state(store: RemoteStore, target: str, before: int) -> str:
    """Ask whether the target is as it was, and say that in words."""
    try:
        count = store.count(target)
    except StoreError:
        return f"what <{target}> holds now could not be asked"
    if count == before:
        return f"<{target}> holds {count:,} triples, as before"
    return f"<{target}> holds {count:,} triples, {before:,} before"


def _was_put_in_place(store: RemoteStore, target: str, wanted: Loaded) -> bool:
    """Ask the store, which may be starting again, whether the update whose
    answer was lost has been done.
    """
    for _ in range(3):
        try:
            loaded = read_loaded(store, target)
            return loaded is not None and wanted.digests <= loaded.digests
        except StoreError:
            time.sleep(1)
    return False
