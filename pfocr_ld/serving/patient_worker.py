"""A process that answers queries for which no page waits: those that are asked for one go first."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from pfocr_ld.serving.query_worker import main
from pfocr_ld.serving.worker_limits import WorkerLimits

_NICENESS = 10

if __name__ == "__main__":
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    main(int(sys.argv[1]), Path(sys.argv[2]), WorkerLimits.of_arguments(*sys.argv[3:]))
