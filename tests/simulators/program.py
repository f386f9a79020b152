"""A simulator as a program: `python -m tests.simulators.<system> --port N`.

Belongs here: the port it is asked to serve on, and what it prints. Does not: any vendor.
"""

import argparse
import json
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from tests.simulators.base import Simulator

S = TypeVar("S", bound=Simulator)


def port() -> int:
    """The port of the command line; 0, any that is free, unless told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    return int(parser.parse_args().port)


def serve(simulator: S, told: Callable[[S], Mapping[str, str]]) -> None:
    """Serve until stopped; one line of JSON says the address and the test credentials."""
    with simulator:
        sys.stdout.write(json.dumps(told(simulator)) + "\n")
        sys.stdout.flush()
        threading.Event().wait()
