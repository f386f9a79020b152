"""What a request on the port that asks for a certificate holds: its body and the certificate.

Belongs here: reading the two. Does not: what they say (`annual_form`, `desk_api`) or how much
all requests together may weigh (`gate`).
"""

from starlette.requests import Request


async def body(request: Request, most: int) -> bytes:
    """The body; of one over `most` bytes only so much that it can be told to be too large."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            break
    return bytes(read)


def certificate(request: Request) -> bytes:
    """The client's certificate (DER), put there by the server; empty where it shows none."""
    found = request.scope["state"].get("client_certificate")
    return found if isinstance(found, bytes) else b""
