"""A headless Chromium, driven through ChromeDriver by the W3C WebDriver protocol; it
reaches this machine only.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
_PATIENCE = 60.0


class Browser:
    """A window of the browser."""

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, address: str) -> None:
        """Go to a page and wait until it is there."""
        _send("POST", f"{self._session}/url", {"url": address})

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script in the page returns."""
        return _send("POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def run_until_done(self, script: str) -> Any:
        """Return what a script gives to the function that is its last argument."""
        return _send("POST", f"{self._session}/execute/async", {"script": script, "args": []})

    def wait_for(self, script: str) -> Any:
        """Return what a script returns, once that is something."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if found := self.run(script):
                return found
            time.sleep(0.1)
        raise AssertionError(f"it did not come to: {script}")

    def resize(self, width: int, height: int = 1000) -> None:
        """Resize the page; headless windows have no frame."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._command("Emulation.setDeviceMetricsOverride", size)

    def prefer(self, theme: str) -> None:
        """Prefer ``light`` or ``dark`` pages."""
        self._command(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        )

    def picture(self, file: Path) -> None:
        """Write what the whole page looks like as PNG."""
        taken = self._command("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
        file.write_bytes(base64.b64decode(taken["data"]))

    def _command(self, name: str, parameters: dict[str, Any]) -> Any:
        return _send("POST", f"{self._session}/goog/cdp/execute", {"cmd": name, "params": parameters})


@contextmanager
def open_browser(port: int) -> Iterator[Browser]:
    """Open a browser, whose driver listens on a port."""
    assert CHROMIUM and DRIVER
    driver = subprocess.Popen(
        [DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address)
            options = {"binary": CHROMIUM, "args": [*_FLAGS, f"--user-data-dir={folder}"]}
            wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
            session = f"{address}/session/{_send('POST', f'{address}/session', wanted)['sessionId']}"
            try:
                yield Browser(session)
            finally:
                _send("DELETE", session)
        finally:
            driver.terminate()
            driver.wait(20)


def _wait_until_ready(address: str) -> None:
    for _ in range(300):
        try:
            if _send("GET", f"{address}/status")["ready"]:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("ChromeDriver does not answer")


def _send(method: str, address: str, document: object = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=_PATIENCE) as response:
        return json.load(response)["value"]
