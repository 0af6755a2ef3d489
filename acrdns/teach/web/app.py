"""The routes of the page."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePath
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from acrdns.errors import AcrdnsError, InputError
from acrdns.names import show
from acrdns.record import type_text
from acrdns.suggest import remedy
from acrdns.teach.drawing.style import stylesheet
from acrdns.teach.web.diagnose import diagnosed
from acrdns.teach.web.edits import AddressError, pack
from acrdns.teach.web.forms import change_of
from acrdns.teach.web.guard import TooLargeError, body
from acrdns.teach.web.page import page, refusal
from acrdns.teach.web.sections.diagnosis import diagnosis
from acrdns.teach.web.sections.findings import findings
from acrdns.teach.web.sections.lesson import lesson, lessons
from acrdns.teach.web.sections.picture import exported
from acrdns.teach.web.sections.queries import queries
from acrdns.teach.web.state import PageState, asked
from acrdns.teach.web.view import PageView, Refused
from acrdns.teach.web.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from acrdns.teach.lessons.lesson import Lesson
    from acrdns.teach.web.state import PageQuestion
    from acrdns.teach.web.watch import QueryWatch

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MOST_FIELDS = 5000


@dataclass(frozen=True, slots=True)
class PageSource:
    """The things that the page shows, and the token of its forms."""

    workspace: Workspace
    token: str
    lessons: tuple[Lesson, ...] = ()
    watch: QueryWatch | None = None
    """The query log to show, or None."""


class Pages:
    """The answers to requests. One is computed at a time: they share what is remembered."""

    def __init__(self, source: PageSource) -> None:
        self._source = source
        self._lock = Lock()
        self._finding = Lock()
        """Held while findings are looked for, so that pages are shown meanwhile."""
        self._lessons = {lesson.id: lesson for lesson in source.lessons}
        self._opened: dict[str, Workspace] = {}
        """The workspaces of lessons, by id."""

    def application(self) -> Starlette:
        """Return the routes; `Guard` goes around them."""
        return Starlette(
            routes=[
                Route("/", self._page),
                Route("/edit", self._edit, methods=["POST"]),
                Route("/diagnose", self._diagnose, methods=["POST"]),
                Route("/findings", self._findings),
                Route("/queries", self._queries),
                Route("/picture.svg", self._picture),
                Route("/topology.yaml", self._yaml),
                Route("/static/{name}", self._static),
            ],
            exception_handlers={
                HTTPException: _refused,
                AcrdnsError: _wrong,
                TooLargeError: _too_large,
                Exception: _bug,
            },
        )

    async def _locked(self, make: Callable[[], Response]) -> Response:
        def run() -> Response:
            with self._lock:
                return make()

        return await run_in_threadpool(run)

    async def _page(self, request: Request) -> Response:
        state = PageState.of(request.query_params.multi_items())
        return await self._locked(lambda: HTMLResponse(page(self._view(state))))

    async def _findings(self, request: Request) -> Response:
        state = PageState.of(request.query_params.multi_items())

        def find() -> Response:
            with self._lock:
                view = self._view(state)
            with self._finding:
                return HTMLResponse(str(findings(view, now=True)))

        return await run_in_threadpool(find)

    async def _queries(self, request: Request) -> Response:
        if self._source.watch is None:
            raise HTTPException(404, "No server is watched; start acrdns web with --attach.")
        return HTMLResponse(str(queries(self._source.watch, PageState.of(request.query_params.multi_items()))))

    async def _edit(self, request: Request) -> Response:
        state = PageState.of(request.query_params.multi_items())
        form = await self._form(request)
        return await self._locked(lambda: self._edited(state, form))

    async def _diagnose(self, request: Request) -> Response:
        state = PageState.of(request.query_params.multi_items())
        form = await self._form(request)
        return await self._locked(lambda: self._diagnosed(state, form.get("observed", [""])[0]))

    async def _form(self, request: Request) -> dict[str, list[str]]:
        """Return the fields of a form of this page. Raises what refuses any other."""
        octets = await body(request.receive)
        try:
            form = parse_qs(octets.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise AddressError("this form cannot be read") from None
        if not self._holds(form.get("token", [""])[0]):
            raise HTTPException(403, "This form is one of an earlier run of acrdns web; load the page again.")
        return form

    def _diagnosed(self, state: PageState, observed: str) -> Response:
        text = observed.replace("\r\n", "\n")
        view = self._view(state)
        try:
            found = diagnosed(view.version.topology, text)
        except InputError as error:
            found = None
            view = self._view(state, _lines(error))
        extra = {**view.extra, "diagnosis": diagnosis(view.state, view.token, text, found)}
        return HTMLResponse(page(replace(view, extra=extra)))

    def _holds(self, token: str) -> bool:
        from secrets import compare_digest

        return compare_digest(token.encode(errors="replace"), self._source.token.encode())

    def _edited(self, state: PageState, form: dict[str, list[str]]) -> Response:
        workspace = self._workspace(state)
        try:
            version = workspace.version(state.edits)
            change = change_of(form, version)
            changes = version.changes if change is None else (*version.changes, change)
            workspace.after(changes)
            to = state.url(edits=pack(changes), more=tuple(part for part in state.more if part != "yaml"))
            return RedirectResponse(to, 303)
        except (InputError, AddressError) as error:
            refused = Refused(form.get("do", [""])[0], form.get("key", [""])[0], form)
            alerts = ("This was not changed:", *_lines(error, places=refused.do == "yaml"))
            return HTMLResponse(page(self._view(state, alerts, refused)))

    async def _yaml(self, request: Request) -> Response:
        state = PageState.of(request.query_params.multi_items())

        def make() -> Response:
            workspace = self._workspace(state)
            text = workspace.version(state.edits).text
            stem = PurePath(workspace.file).stem or "topology"
            return Response(text, media_type="application/yaml", headers=_download(f"{stem}.yaml"))

        return await self._locked(make)

    async def _picture(self, request: Request) -> Response:
        state = PageState.of(request.query_params.multi_items())

        def make() -> Response:
            view = self._view(state)
            name = f"{show(view.asked.question.name)} from {view.asked.vantage}.svg".replace("/", " ")
            return Response(exported(view), media_type="image/svg+xml", headers=_download(name))

        return await self._locked(make)

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _static_files():
            raise HTTPException(404, "There is no such file.")
        return Response(_static_files()[name], media_type=_TYPES[PurePath(name).suffix])

    def _workspace(self, state: PageState) -> Workspace:
        """Return the workspace of the lesson of a state, or of the file."""
        found = self._lessons.get(state.lesson)
        if found is None:
            return self._source.workspace
        if found.id not in self._opened:
            self._opened[found.id] = Workspace(f"{found.id}.yaml", found.start)
        return self._opened[found.id]

    def _view(self, state: PageState, alerts: tuple[str, ...] = (), refused: Refused | None = None) -> PageView:
        found_lesson = self._lessons.get(state.lesson)
        if state.lesson and found_lesson is None:
            alerts += (f"There is no lesson {state.lesson!r}; {remedy(state.lesson, self._lessons)}.",)
            state = replace(state, lesson="", edits="")
        workspace = self._workspace(state)
        workspace.refresh()
        if workspace.complaint:
            alerts += ("The file has changed and cannot be read; this is as it was before:", workspace.complaint)
        try:
            version = workspace.version(state.edits)
        except AcrdnsError as error:
            alerts += ("The edits in this address cannot be made; this is the file without them:", *_lines(error))
            state = replace(state, edits="")
            version = workspace.version("")
        first = (found_lesson.sees.vantage, found_lesson.sees.question) if found_lesson else None
        found = asked(state, version.topology, first)
        resolution = version.world.resolve(found.vantage, found.question)
        state = _whole(state, found)
        watch = self._source.watch
        extra = {"diagnosis": diagnosis(state, self._source.token, "", None)}
        extra |= {"lessons": lessons(self._source.lessons, state.lesson)} if self._lessons else {}
        extra |= {"queries": queries(watch, state)} if watch else {}
        extra |= {"lesson": lesson(found_lesson, version)} if found_lesson else {}
        return PageView(
            state,
            version,
            found,
            resolution,
            self._source.token,
            workspace.file,
            (*alerts, *found.complaints),
            refused,
            extra,
        )


def _whole(state: PageState, found: PageQuestion) -> PageState:
    """Return the state with the question that is really asked."""
    name = show(found.question.name)
    return replace(state, vantage=found.vantage, name=name, type=type_text(found.question.type))


def _lines(error: AcrdnsError, *, places: bool = True) -> tuple[str, ...]:
    """Return what is wrong; without places, which are those of a text that nobody has seen."""
    if isinstance(error, InputError):
        return tuple(str(problem) if places else problem.text for problem in error.problems)
    return (str(error),)


def _download(name: str) -> dict[str, str]:
    """Return the headers of a download (RFC 6266)."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


@cache
def _static_files() -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in _STATIC.iterdir() if path.suffix in _TYPES}
    return {**found, "style.css": found["style.css"] + stylesheet().encode()}


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = "There is no such page." if error.detail == "Not Found" else error.detail
    return HTMLResponse(refusal("Not here", sentence), error.status_code, headers=error.headers)


async def _wrong(_request: Request, error: Exception) -> Response:
    return HTMLResponse(refusal("Not possible", str(error)), 400)


async def _bug(_request: Request, error: Exception) -> Response:
    logging.getLogger("acrdns").critical("this is a bug in acrdns, not in your input", exc_info=error)
    return HTMLResponse(refusal("Not possible", "This is a bug in acrdns; the terminal says where."), 500)


async def _too_large(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This form is too large.\n", 413)
