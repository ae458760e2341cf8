"""Ask one query of one store or endpoint, as often as told: the process that ``benchmarks.queries`` times.

It uses nothing but what each edition of pfocr-ld has, so that the interpreter of another checkout can run it.
Each line of standard input holds the values of the query's parameters as JSON; each line of standard output
holds the number of rows and what asking took: CPU time and elapsed time, in seconds; nothing where an
endpoint does not answer, which standard error tells.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pfocr_ld.errors import PfocrError
from pfocr_ld.querying import queries
from pfocr_ld.stores.embedded import open_store

_TIME_LIMIT = 120.0
"""Seconds that an endpoint has for a question."""


def is_address(target: str) -> bool:
    """Return whether an endpoint is meant and no store."""
    return target.startswith(("http://", "https://"))


def main() -> None:
    """Answer until standard input ends."""
    place, name = sys.argv[1:3]
    if is_address(place):
        target = queries.open_target(endpoint=place, time_limit=_TIME_LIMIT)
    else:
        target = open_store(Path(place))
    query = queries.find_query(name)
    known = {parameter.name for parameter in query.parameters}
    for line in sys.stdin:
        values = {name: value for name, value in json.loads(line).items() if name in known}
        cpu, wall = time.process_time(), time.perf_counter()
        taken: dict[str, float] = {}
        try:
            rows = sum(1 for _ in queries.run_query(query, target, values))  # type: ignore[misc, union-attr]  # no ASK
            taken = {"rows": rows, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        except PfocrError as error:
            if not is_address(place):
                raise
            print(f"{name}: {error}", file=sys.stderr)
        print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main()
