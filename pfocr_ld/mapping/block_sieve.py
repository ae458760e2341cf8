"""A block that is no JSON-LD, or holds what RDF cannot: which of its values are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pfocr_ld.errors import RecordError

_MOST_TRIALS = 200


class RefusedContext(RecordError):
    """The block cannot be understood without a document that is not fetched."""


class Sieve:
    """Finds the values with which a block cannot be read, one after another."""

    def __init__(self, read: Callable[[dict[str, Any]], object]) -> None:
        """Begin with nothing found.

        :param read: raises RefusedContext, a RecordError or a ValueError where a block cannot be read.
        """
        self._read = read
        self._trials = 0
        self.dropped: list[str] = []

    def keep(self, frame: dict[str, Any], block: Mapping[str, Any]) -> dict[str, Any]:
        """Return the block with those of its values that can be read."""
        return self._of_mapping(block, dict(frame), lambda part: part, "")

    def _works(self, trial: dict[str, Any]) -> str:
        """Return why a block cannot be read; the empty text where it can."""
        self._trials += 1
        if self._trials > _MOST_TRIALS:
            return "too much else is wrong"
        try:
            self._read(trial)
        except RefusedContext:
            raise
        except RecordError as error:
            return error.reason
        except ValueError as error:
            return str(error)
        return ""

    def _of_mapping(
        self,
        mapping: Mapping[str, Any],
        kept: dict[str, Any],
        build: Callable[[Any], dict[str, Any]],
        place: str,
    ) -> dict[str, Any]:
        for key, value in mapping.items():
            if key in kept:
                continue
            where = f"{place}.{key}" if place else key

            def with_value(part: Any, key: str = key) -> dict[str, Any]:
                return build({**kept, key: part})

            why = self._works(with_value(value))
            if not why:
                kept[key] = value
            elif not isinstance(value, (dict, list)):
                self._drop(where, value, why)
            else:
                part = self._of_part(value, with_value, where)
                # Whatever is left was tried, but for nothing at all.
                if part or not self._works(with_value(part)):
                    kept[key] = part
                else:
                    self._drop(where, value, why)
        return kept

    def _of_part(
        self,
        part: dict[str, Any] | list[Any],
        build: Callable[[Any], dict[str, Any]],
        place: str,
    ) -> dict[str, Any] | list[Any]:
        if isinstance(part, dict):
            return self._of_mapping(part, {}, build, place)
        return self._of_list(part, build, place)

    def _of_list(self, items: list[Any], build: Callable[[Any], dict[str, Any]], place: str) -> list[Any]:
        kept: list[Any] = []
        for item in items:
            why = self._works(build([*kept, item]))
            if not why:
                kept.append(item)
            else:
                self._drop(place, item, why)
        return kept

    def _drop(self, place: str, value: Any, why: str) -> None:
        self.dropped.append(f"the schema-jsonld block's {place} {value!r} is kept as a text: {why}")
