"""Who may ask: this browser on this machine, from this page. Everything else is refused with a sentence.

- Host is one of three names with the port of the page: a page of another name that leads here (DNS rebinding) is not.
- A form comes from the page itself: Origin, Sec-Fetch-Site and a token of this process say so.
- Nothing of the page may load, run or send anything elsewhere: Content-Security-Policy (W3C CSP Level 3) without an
  exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY = 1 << 20
"""Octets of a form."""
NAMES = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send `Origin: null` with forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """The application behind the checks."""

    def __init__(self, application: ASGIApp, port: int) -> None:
        self._application = application
        self._hosts = {f"{name}:{port}" for name in NAMES}
        if port == 80:  # noqa: PLR2004 -- browsers leave HTTP's port out
            self._hosts |= set(NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {key.lower() for key, _ in message["headers"]}
                more = [(key.lower().encode(), value.encode()) for key, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *(m for m in more if m[0] not in given)]}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            status, sentence = refusal
            await PlainTextResponse(f"{sentence}\n", status)(scope, receive, guarded)
            return
        await self._application(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers: dict[str, list[str]] = {}
        for key, value in scope["headers"]:
            headers.setdefault(key.decode("latin-1"), []).append(value.decode("latin-1"))
        host = headers.get("host", [])
        if len(host) != 1 or host[0].lower() not in self._hosts:
            return 421, "This page answers at 127.0.0.1, localhost and [::1] alone."
        return self._wrong_request(scope["method"], host[0], headers)

    @staticmethod
    def _wrong_request(method: str, host: str, headers: dict[str, list[str]]) -> tuple[int, str] | None:
        site = headers.get("sec-fetch-site", ["none"])
        if method not in ("GET", "HEAD", "POST"):
            return 405, "This page is asked with GET, and forms are sent with POST."
        own = site in (["same-origin"], ["none"])
        if method != "POST":
            embedded = headers.get("sec-fetch-mode", ["navigate"]) != ["navigate"] and not own
            return (403, "Pages of other sites may link to this one, and nothing else.") if embedded else None
        length = headers.get("content-length", ["0"])[0]
        if not length.isascii() or not length.isdecimal() or int(length) > MOST_BODY:
            return 413, f"A form may have {MOST_BODY:,} octets."
        if headers.get("origin") != [f"http://{host}"] or not own:
            return 403, "A form of another page is not accepted here."
        return None


class TooLargeError(Exception):
    """A body that is longer than a form may be."""


async def body(receive: Any) -> bytes:
    """Return the body of a request. Raises TooLargeError: one in chunks does not say its length."""
    found = bytearray()
    while True:
        message = await receive()
        found += message.get("body", b"")
        if len(found) > MOST_BODY:
            raise TooLargeError
        if not message.get("more_body"):
            return bytes(found)
