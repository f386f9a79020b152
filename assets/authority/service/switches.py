"""How the sandbox authority is told to fail: `switches.json` in its folder.

    {"drop": {"times": 1, "service": "ModtagMomsangivelseForeloebig"}}

`times`: for how many requests (none: until removed); `service`: only there;
`seconds`: for `delay`.

Belongs here: the switches and counting them down. Does not: the failing.
"""

import json
import threading
from pathlib import Path
from typing import Any

SWITCHES = {
    "refuse": "drop the connection before anything is stored",
    "down": "answer HTTP 503 before anything is stored",
    "delay": "wait `seconds` after storing, then answer",
    "drop": "store, then drop the connection without an answer",
    "twice": "process the request twice, as a gateway that retries does",
    "half": "store, then send half of the answer and drop the connection",
    "garbage": "store, then answer something that is no answer of the service",
    "stale": "store, then answer with a timestamp ten minutes old",
    "wrong_signature": "store, then answer signed with another key",
    "no_receipt": "approved drafts have no receipt yet (4812); annual reports are not decided yet",
    "unknown_code": "store, then answer annual reports a status code nobody knows",
    "unpublished": "accepted annual reports are not on the index yet",
    "tampered": "published annual reports differ from what was filed",
}


class Switches:
    """The switches of one folder; several threads may ask. Nobody but a sandbox obeys them."""

    def __init__(self, path: Path, *, is_obeyed: bool = True) -> None:
        self._path = path
        self._is_obeyed = is_obeyed
        self._lock = threading.Lock()

    def read(self) -> dict[str, dict[str, Any]]:
        """All switches that are on."""
        if not self._path.exists():
            return {}
        found: dict[str, dict[str, Any]] = json.loads(self._path.read_text(encoding="utf-8"))
        return found

    def set(self, switches: dict[str, dict[str, Any]]) -> None:
        """Replace all switches.

        Raises: ValueError naming those that exist.
        """
        unknown = sorted(set(switches) - set(SWITCHES))
        if unknown:
            raise ValueError(f"no switch {unknown[0]!r}; there are {', '.join(SWITCHES)}")
        with self._lock:
            self._write(switches)

    def take(self, name: str, service: str) -> dict[str, Any] | None:
        """The switch's settings if it is on for this request, which counts as one time."""
        if not self._is_obeyed:
            return None
        with self._lock:
            switches = self.read()
            switch = switches.get(name)
            if switch is None or switch.get("service", service) != service:
                return None
            if "times" in switch:
                switch["times"] -= 1
                if switch["times"] <= 0:
                    del switches[name]
                self._write(switches)
            return switch

    def _write(self, switches: dict[str, dict[str, Any]]) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(switches, indent=2) + "\n", encoding="utf-8")
        new.replace(self._path)
