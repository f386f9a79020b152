"""One SOAP message, from its bytes to the bytes of the answer.

The signature, the schema and the register are asked first, holding nothing; then the message,
the report in it and its event are committed together; only then is the answer made and signed.

Belongs here: signatures, schemas, storing, failing on command. Does not: HTTP (`app`), the rules.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lxml import etree
from starlette.responses import Response

from assets.authority.service import answers, store_rows, whose
from assets.authority.service.answers import FaultError
from assets.authority.service.failing import served
from assets.authority.service.folder import issue
from assets.authority.service.rules import FILES, RECEIPT, Authority
from assets.authority.service.store_rows import Message
from assets.authority.service.switches import Switches
from assets.authority.service.taking import Taken, text
from assets.authority.service.tls_keys import organisation
from assets.deliveries.certificates import Credentials, Trust
from assets.deliveries.skat_schemas import UnreadableError, violations
from assets.deliveries.wsse import SignatureRefusedError, Verified, sign, verify
from warehouse.errors import PermanentError

_XML = "text/xml; charset=utf-8"
_SCHEMA_CHECK = "BEA-382505"


@dataclass(frozen=True, slots=True)
class SoapDesk:
    """One running authority with its switches; `trusted`: the certificates accepted now."""

    authority: Authority
    switches: Switches
    signer: Credentials
    trusted: Callable[[], Trust]

    def handle(self, service: str, request: bytes, url: str) -> Response:
        """One SOAP request: fail as told, check, store, decide, answer."""

        def work() -> Response:
            status, answer = self._work(service, request, url)
            return Response(answer, status, media_type=_XML)

        return served(self.switches, service, work)

    def _work(self, service: str, request: bytes, url: str) -> tuple[int, bytes]:
        """The answer, once it and everything it tells of is stored."""
        now = self.authority.clock()
        message = Message(service, request, now)
        try:
            verified = self._verified(request, now)
            about = whose.said(verified.payload, self.authority.register)
            sender = organisation(verified.certificate)
            number = text(verified.payload, "k", "TransaktionIdentifikator")
            message = replace(message, sender=sender, transaction_id=number, whose=about)
            taken = self._taken(message, verified.payload, url)
        except FaultError as error:
            return 500, self._refused(message, error)
        except PermanentError as error:  # valid by the schema, and still beyond reading
            return 500, self._refused(message, FaultError("env:Client", str(error)))
        answer = self._signed(service, taken.told, now)
        self._keep(taken, answer)
        return 200, answer

    def _verified(self, request: bytes, now: datetime) -> Verified:
        try:
            return verify(request, self.trusted(), now)
        except (SignatureRefusedError, UnreadableError) as error:
            raise FaultError(
                "wsse:FailedAuthentication", f"FailedAuthentication: {error}"
            ) from error

    def _taken(self, message: Message, payload: etree._Element, url: str) -> Taken:
        wrong = violations(payload)
        if wrong:
            why = f"{_SCHEMA_CHECK}: OSB Validate action failed validation: {wrong[0]}"
            raise FaultError("env:Server", why)
        service = message.service
        is_held = service == RECEIPT and self.switches.take("no_receipt", service) is not None
        return self.authority.answer(message, payload, url, is_receipt_held=is_held)

    def _signed(self, service: str, told: etree._Element, now: datetime) -> bytes:
        signer, created = self.signer, now
        if self.switches.take("wrong_signature", service) is not None:
            signer = issue("a stranger", None, None)
        if self.switches.take("stale", service) is not None:
            created = now - timedelta(minutes=10)
        return sign(told, signer, created=created)

    def _keep(self, taken: Taken, answer: bytes) -> None:
        """Store the answer; the message too, where it files nothing."""
        number, store = taken.message_id, self.authority.store
        if number is None:
            store.write(lambda con: store_rows.add_answered(con, taken.message, answer))
        else:
            store.write(lambda con: store_rows.answered(con, number, answer))

    def _refused(self, message: Message, error: FaultError) -> bytes:
        """The fault, once it is stored with its message."""
        answer = answers.fault(error.code, error.text)
        code = _SCHEMA_CHECK if error.text.startswith(_SCHEMA_CHECK) else error.code
        kind, at, known = FILES.get(message.service), self.authority.moment(), error.message_id
        self.authority.store.write(
            lambda con: store_rows.answered(
                con,
                store_rows.refuse(con, message, kind, at, code) if known is None else known,
                answer,
            )
        )
        return answer
