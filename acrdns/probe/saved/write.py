"""Write answers as JSON lines, each flushed when it is known: a process that is killed loses one line at most."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from acrdns import __version__
from acrdns.probe.answer import ObservedAnswer, SourceLine
from acrdns.probe.saved.document import SavedObservation, SavedRun, SavedSoa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acrdns.probe.ask import Record
    from acrdns.probe.response.reading import Reading


class Saver:
    """A file of one run. Raises OSError as soon as a line cannot be written.

    `encode` writes a line as JSON; what is shown to people and runners has more to escape than a file.
    """

    def __init__(
        self,
        file: BinaryIO,
        redact: Callable[[ObservedAnswer], ObservedAnswer] | None = None,
        encode: Callable[[object], str] | None = None,
    ) -> None:
        self._file = file
        self._redact = redact
        self._encode = encode or _json
        self._write(SavedRun("run", 1, __version__, _now("seconds"), redact is not None))

    def record(self, vantage: str | None, server: str) -> Record:
        """Return the function that saves what the probe of a vantage point gets from a resolver."""

        def save(fqdn: str, number: int, reading: Reading, milliseconds: float) -> None:
            self.save(
                ObservedAnswer(
                    fqdn=fqdn.lower().removesuffix("."),
                    type="A" if number == 1 else "AAAA",
                    outcome=reading.outcome,
                    addresses=reading.addresses,
                    chain=reading.chain or (fqdn,),
                    server=server,
                    vantage=vantage,
                    detail=reading.detail,
                    time=_now("milliseconds"),
                    ttl=reading.ttl,
                    milliseconds=round(milliseconds, 3),
                    ede=reading.errors,
                    soa=reading.denied_by,
                )
            )

        return save

    def save(self, answer: ObservedAnswer) -> None:
        """Append one answer."""
        shown = self._redact(answer) if self._redact else answer
        self._write(
            SavedObservation(
                kind="observation",
                time=shown.time,
                vantage=shown.vantage,
                server=shown.server,
                fqdn=shown.fqdn,
                type=shown.type,
                outcome=shown.outcome.value,
                addresses=shown.addresses,
                chain=shown.chain,
                ttl=shown.ttl,
                milliseconds=shown.milliseconds,
                ede=shown.ede,
                soa=SavedSoa(*shown.soa) if shown.soa else None,
                tool=shown.tool,
                source=shown.source,
                detail=shown.detail,
            )
        )

    def _write(self, line: SavedRun | SavedObservation) -> None:
        # One write a line: what another process reads, or a killed one leaves, has at most its last line torn.
        self._file.write(self._encode(line).encode() + b"\n")
        self._file.flush()


class Savers:
    """Several files of one run."""

    def __init__(self, savers: Iterable[Saver]) -> None:
        self._savers = tuple(savers)

    def record(self, vantage: str | None, server: str) -> Record:
        """Return the function that saves what the probe of a vantage point gets from a resolver, in each file."""
        saves = [saver.record(vantage, server) for saver in self._savers]

        def save(fqdn: str, number: int, reading: Reading, milliseconds: float) -> None:
            for each in saves:
                each(fqdn, number, reading, milliseconds)

        return save


def _json(line: object) -> str:
    return json.dumps(line, default=_fields)


def _fields(value: SavedRun | SavedObservation | SavedSoa | SourceLine) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__slots__}


def _now(precision: str) -> str:
    return datetime.now(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
