"""A headless Chromium that a test drives over its own debugging protocol.

Enough for pages without scripts: open, click, type, ask the page, take its picture. Nothing
is downloaded: the browser is the machine's, the protocol is spoken with `websockets`.
"""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)


class Browser:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._session = ""
        self.requested: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")

    def open(self, address: str) -> None:
        self.ask("window.stays = true")
        self._call("Page.navigate", url=address)
        self._until("!window.stays && document.readyState === 'complete'")

    def ask(self, script: str) -> Any:
        """What a script gives; the page itself needs none."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Click a link or button and wait for the page it leads to."""
        self.ask(f"window.stays = true; document.querySelector({selector!r}).click()")
        self._until("!window.stays && document.readyState === 'complete'")

    def type(self, selector: str, text: str) -> None:
        self.ask(f"document.querySelector({selector!r}).value = {text!r}")

    def screen(self, width: int, height: int, *, dark: bool = False, phone: bool = False) -> None:
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=phone,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path, *, whole: bool = True) -> bytes:
        """A PNG of the page, all of it or what the screen shows."""
        made = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        content = base64.b64decode(made["data"])
        path.write_bytes(content)
        return content

    def _until(self, condition: str) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.ask(condition):
                return
            time.sleep(0.02)
        raise AssertionError(f"the page never came to {condition}")

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            said = json.loads(self._socket.recv(timeout=20))
            if said.get("method") == "Network.requestWillBeSent":
                self.requested.append(said["params"]["request"]["url"])
            if said.get("id") == number:
                assert "error" not in said, said["error"]
                return dict(said["result"])


@contextmanager
def browser(program: str, folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in `folder`, ended at the end."""
    profile = folder / "profile"
    process = subprocess.Popen(
        [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_address(profile / "DevToolsActivePort", process), max_size=None) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _address(note: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        lines = note.read_text().splitlines() if note.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        assert process.poll() is None, "the browser ended at once"
        time.sleep(0.05)
    raise AssertionError("the browser did not say where it listens")
