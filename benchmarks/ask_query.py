"""Ask one query of one store, as often as told: the process that ``benchmarks.queries`` times.

It uses nothing but what each edition of pfocr-ld has, so that the interpreter of another checkout can run it.
Each line of standard input holds the values of the query's parameters as JSON; each line of standard output
holds the number of rows and what asking took: CPU time and elapsed time, in seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pfocr_ld.querying import queries
from pfocr_ld.stores.embedded import open_store


def main() -> None:
    """Answer until standard input ends."""
    store, name = open_store(Path(sys.argv[1])), sys.argv[2]
    query = queries.find_query(name)
    known = {parameter.name for parameter in query.parameters}
    for line in sys.stdin:
        values = {name: value for name, value in json.loads(line).items() if name in known}
        cpu, wall = time.process_time(), time.perf_counter()
        rows = sum(1 for _ in queries.run_query(query, store, values))  # type: ignore[misc, union-attr]  # no ASK
        taken = {"rows": rows, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main()
