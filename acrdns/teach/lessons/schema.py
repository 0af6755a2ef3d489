"""The front matter of a lesson as people write it."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from acrdns.errors import NameSyntaxError
from acrdns.names import name as read_name
from acrdns.names import show
from acrdns.record import Type, type_number
from acrdns.suggest import remedy
from acrdns.topology.samples import samples

WRONG = "lesson"
"""The pydantic error type of everything that is raised here."""
KINDS = ("private", "public")
OUTCOMES = (*KINDS, "NXDOMAIN", "NODATA", "SERVFAIL")


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError(WRONG, "{message}", {"message": message})


def _steps(value: Any) -> Any:
    """Check a path into a topology: keys, and numbers of list items."""
    if not isinstance(value, list) or not value or not all(isinstance(step, str | int) for step in value):
        raise _wrong("is no path; write a list of keys such as [networks, hub, dns_servers]")
    if any(isinstance(step, bool) for step in value):
        raise _wrong("has true or false in it; a path is keys and numbers of list items")
    return value


def _domain(value: Any) -> Any:
    if not isinstance(value, str):
        raise _wrong("is no domain name; write one such as contoso.azurecr.io")
    try:
        return show(read_name(value))
    except NameSyntaxError as error:
        raise _wrong(f"{error}; write a domain name such as contoso.azurecr.io") from None


def _type(value: Any) -> Any:
    try:
        type_number(value)
    except (ValueError, AttributeError):
        raise _wrong(f"{value!r} is no record type; write one such as A or AAAA") from None
    return value.upper()


def _outcome(value: Any) -> Any:
    from ipaddress import ip_address

    if value in OUTCOMES:
        return value
    try:
        return str(ip_address(value if isinstance(value, str) else ""))
    except ValueError:
        raise _wrong(f"{value!r} is no answer; write {', '.join(OUTCOMES)} or an address") from None


def _sample(value: str) -> str:
    if value.removesuffix(".yaml") not in samples():
        raise _wrong(f"there is no sample {value!r}; {remedy(value.removesuffix('.yaml'), samples())}")
    return value


def _fits_type(value: str | None, info: ValidationInfo) -> str | None:
    """Check an outcome against the record type."""
    type_ = info.data.get("type", "A")
    if value in KINDS and type_number(type_) not in (Type.A, Type.AAAA):
        raise _wrong(f"a {type_} record is neither private nor public; ask for A or AAAA")
    return value


Steps = Annotated[list[Any], BeforeValidator(_steps)]
DomainName = Annotated[str, BeforeValidator(_domain)]
Words = Annotated[str, Field(min_length=1)]


class LessonEntry(BaseModel):
    """A mapping with known keys."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class EditEntry(LessonEntry):
    """One change of a topology: `set` with `to`, or `delete`."""

    set: Steps | None = None
    to: Any = None
    delete: Steps | None = None

    @model_validator(mode="after")
    def _is_edit(self) -> Self:
        if self.model_fields_set not in ({"set", "to"}, {"delete"}) or not (self.set or self.delete):
            raise _wrong("is no edit; write {set: [KEY, ...], to: VALUE} or {delete: [KEY, ...]}")
        return self


class ExpectationEntry(LessonEntry):
    """A question, and what has to come back."""

    vantage: Words = Field(alias="from")
    name: DomainName
    type: Annotated[str, BeforeValidator(_type)] = "A"
    expect: Annotated[Annotated[str, BeforeValidator(_outcome)] | None, AfterValidator(_fits_type)] = None
    through: DomainName | None = None
    ttl_at_most: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.expect and not self.through and self.ttl_at_most is None:
            raise _wrong("expects nothing; write expect, through or ttl_at_most")
        return self


class StartEntry(LessonEntry):
    """The broken topology: a sample, and what is changed in it."""

    sample: Annotated[Words, AfterValidator(_sample)]
    edits: list[EditEntry] = []


class WrongEntry(LessonEntry):
    """A wrong answer of a quiz."""

    says: Words
    why: Words
    edits: list[EditEntry] = []


class QuizEntry(LessonEntry):
    """A question with one right answer."""

    question: Words
    right: Words
    wrong: Annotated[list[WrongEntry], Field(min_length=1, max_length=3)]


class LessonFile(LessonEntry):
    """The front matter of a lesson."""

    version: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    part: Words = "Lessons"
    title: Annotated[str, Field(min_length=1, max_length=70)]
    goal: str = ""
    task: str = ""
    faults: list[str] = []
    pictures: list[str] = []
    start: StartEntry
    sees: ExpectationEntry
    checks: Annotated[list[ExpectationEntry], Field(min_length=1)]
    solution: Annotated[list[EditEntry], Field(min_length=1)]
    refused: list[Annotated[list[EditEntry], Field(min_length=1)]] = []
    corrects: str = ""
    hints: Annotated[list[Words], Field(min_length=3, max_length=3)]
    quiz: QuizEntry | None = None
