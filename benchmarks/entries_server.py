"""A bookkeeping interface on this machine that costs next to nothing to ask.

Entries as such interfaces show them (an id, a voucher, a date, an account, an amount with
decimals, a VAT code, a text), a thousand to a page, each page made before the clock starts.

    python -m benchmarks.entries_server COUNT      prints its address, then serves
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = 1000


def entry(number: int) -> str:
    """One entry; vouchers have two, which balance."""
    voucher, is_second = divmod(number - 1, 2)
    oere = voucher % 99_999 * 100 + 25
    sign = "-" if is_second else ""
    code = '"U25"' if is_second else "null"
    day = f"2026-{voucher % 12 + 1:02}-{voucher % 28 + 1:02}"
    return (
        f'{{"id":{number},"voucher":{voucher + 1},"date":"{day}","account":{1000 + number % 300},'
        f'"amount":{sign}{oere // 100}.{oere % 100:02},"vatCode":{code},'
        f'"text":"Bilag {voucher + 1}"}}'
    )


def pages(count: int) -> list[bytes]:
    """Every page's bytes."""
    made = []
    for first in range(1, count + 1, PAGE):
        last = min(first + PAGE, count + 1)
        items = ",".join(entry(number) for number in range(first, last))
        cursor = last if last <= count else None
        told = f'{{"items":[{items}],"cursor":{json.dumps(cursor)},"count":{count}}}'
        made.append(told.encode())
    return made


class _Server(ThreadingHTTPServer):
    made: list[bytes]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """The page a cursor asks for."""
        _, _, query = self.path.partition("cursor=")
        cursor = int(query.partition("&")[0] or 1)
        content = self.server.made[(max(cursor, 1) - 1) // PAGE]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Silence."""


def main() -> None:
    """Make the pages, say where, serve."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.made = pages(int(sys.argv[1]))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
