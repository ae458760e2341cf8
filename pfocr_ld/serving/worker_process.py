"""A process that answers queries for the server, and the socket to it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from pathlib import Path

from pfocr_ld.serving.frames import FAILED, QUERY, READY, Frame, FrameReader
from pfocr_ld.serving.problems import Problem

START_LIMIT = 60.0
"""Seconds in which a worker has to open its store."""
_END_LIMIT = 5.0
"""Seconds in which a process whose socket is closed has ended."""
_NICENESS = 15


class Worker:
    """A process with a socket to it."""

    def __init__(self, directory: Path, module: str, arguments: Sequence[str] = ()) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno()), str(directory), *arguments],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self._socket = ours
        self._frames = FrameReader()
        self.directory = directory
        self.niced = False

    async def open(self) -> None:
        """Wait until the worker has opened its store.

        :raises Problem: it did not.
        """
        try:
            await asyncio.get_running_loop().create_connection(lambda: self._frames, sock=self._socket)
            frame = await asyncio.wait_for(self.read(), START_LIMIT)
        except asyncio.TimeoutError:
            frame = Frame(FAILED, b"")
        except BaseException:
            self.kill()
            raise
        if frame.kind != READY:
            self.kill()
            raise Problem(503, "the store cannot be opened", {"Retry-After": "10"})

    def send(self, request: bytes) -> None:
        """Send a query, in the form that the process takes."""
        self._frames.send(QUERY, request)

    async def read(self) -> Frame:
        """Return the next frame; ``FAILED`` where the process has died."""
        return await self._frames.read()

    async def signal_of_end(self) -> int:
        """Return the signal that has ended the process; 0 where it ended by itself, or has not."""
        with suppress(subprocess.TimeoutExpired):
            return -min(0, await asyncio.to_thread(self.process.wait, _END_LIMIT))
        return 0

    def cpu_seconds(self) -> float:
        """Return the seconds of processor time that it has used; infinity where the system does not say."""
        try:
            text = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return inf
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def slow_down(self) -> None:
        """Let other processes go first from now on."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _NICENESS)
        self.niced = True

    @property
    def is_reusable(self) -> bool:
        """Whether the next query may go to it."""
        return not self.niced and not self._frames.has_ended

    def kill(self) -> None:
        """End the process at once; once is enough."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self._frames.close()
        self._socket.close()
        self.process.wait()
