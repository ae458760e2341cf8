"""What F-UJI will give a release once it is online, from the rules that can be checked before.

Source: F-UJI, metrics 0.8 (``metrics_v0.8.yaml``): the points of each metric, 26 in all, and whether its
tests add up or one of them is enough. F-UJI 3.5.1 gave a served release without a DOI 24 of 26, and 25 once
its page told the access rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class TestPoints(NamedTuple):
    """Points that a release gets where one of some tests is passed."""

    metric: str
    tests: tuple[str, ...]
    """Rules that stand for tests; none where being online is enough."""
    points: float


FUJI_POINTS = (
    TestPoints("FsF-F1-01MD", ("FsF-F1-01MD-1",), 1),
    TestPoints("FsF-F1-02MD", ("FsF-F1-02MD-1",), 1),  # half for its form, half for a registry
    TestPoints("FsF-F2-01M", ("FsF-F2-01M-2",), 1),
    TestPoints("FsF-F2-01M", ("FsF-F2-01M-3",), 1),
    TestPoints("FsF-F3-01M", ("FsF-F3-01M-2",), 1),
    TestPoints("FsF-F4-01M", ("FsF-F4-01M-1",), 2),
    TestPoints("FsF-A1-01M", ("FsF-A1-01M-1",), 1),
    TestPoints("FsF-A1-02MD", (), 2),
    TestPoints("FsF-A1.1-01MD", ("FsF-A1.1-01MD-1",), 1),
    TestPoints("FsF-A1.1-01MD", ("FsF-A1.1-01MD-2",), 1),
    TestPoints("FsF-A1.2-01MD", ("FsF-A1.1-01MD-1",), 1),  # the protocol of the same addresses: https
    TestPoints("FsF-A1.2-01MD", ("FsF-A1.1-01MD-2",), 1),
    TestPoints("FsF-I1-01M", ("FsF-I1-01M-2", "FsF-F4-01M-1"), 2),
    TestPoints("FsF-I2-01M", ("FsF-I2-01M-2",), 2),
    TestPoints("FsF-I3-01M", ("FsF-I3-01M-2",), 2),
    TestPoints("FsF-R1-01M", ("FsF-R1-01M-1",), 1),
    TestPoints("FsF-R1-01M", ("FsF-R1-01M-2",), 1),
    TestPoints("FsF-R1.1-01M", ("FsF-R1.1-01M-1",), 1),
    TestPoints("FsF-R1.2-01M", ("FsF-R1.2-01M-2", "FsF-F2-01M-2"), 1),
    TestPoints("FsF-R1.3-01M", ("FsF-R1.3-01M-3",), 1),
    TestPoints("FsF-R1.3-02D", ("FsF-R1.3-02D-1",), 1),
)
BEST = sum(points.points for points in FUJI_POINTS)


class PredictedScore(NamedTuple):
    """What F-UJI will give."""

    points: float
    lost: Mapping[str, float]
    """Metric → the points that it will not give."""

    def __str__(self) -> str:
        lost = ", ".join(f"{metric} loses {points:g}" for metric, points in self.lost.items())
        return f"{self.points:g} of {BEST:g}" + (f" ({lost})" if lost else "")


def predict_score(passed: Iterable[str]) -> PredictedScore:
    """Return the score of a release whose page and files can be fetched where they say.

    :param passed: the rules that it keeps.
    """
    kept, lost = set(passed), dict[str, float]()
    for metric, tests, points in FUJI_POINTS:
        if tests and not kept.intersection(tests):
            lost[metric] = lost.get(metric, 0) + points
    return PredictedScore(BEST - sum(lost.values()), lost)
