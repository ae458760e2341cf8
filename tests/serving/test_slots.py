"""Slots for what may run at once."""

from __future__ import annotations

import asyncio

from pfocr_ld.serving.slots import Slots


def test_who_waits_longest_gets_the_next_slot_and_nobody_waits_for_ever() -> None:
    async def run() -> list[bool]:
        slots = Slots(1)
        first = await slots.take(9)
        second, third = (asyncio.ensure_future(slots.take(9)) for _ in range(2))
        impatient = await slots.take(0)
        slots.give_back()
        got_second = await second
        gone = not third.done()
        third.cancel()
        await asyncio.gather(third, return_exceptions=True)
        slots.give_back()  # to nobody: who waited has gone
        return [first, not impatient, got_second, gone, await slots.take(0)]

    assert all(asyncio.run(run()))
