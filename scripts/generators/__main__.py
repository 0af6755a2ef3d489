"""Write every generated file, with --check tell which are out of date, or write the documentation as a folder.

Each other module here is a generator: `outputs(root)` gives what files should hold, by path from the top of the
repository. Of a file that is generated in part, it gives the whole.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import sys
from pathlib import Path

from acrdns import __version__
from acrdns.cli.help import TOPICS, page

ROOT = Path(__file__).resolve().parents[2]
DOCS = "build/docs"


def outputs() -> dict[str, str]:
    """Return what every generated file should hold. No two generators write the same file."""
    texts: dict[str, str] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "__main__":
            texts |= importlib.import_module(f"scripts.generators.{module.name}").outputs(ROOT)
    return texts


def stale() -> dict[str, str]:
    """Return the files that are out of date, with what they should hold."""
    return {path: text for path, text in outputs().items() if _read(ROOT / path) != text}


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def write_docs(directory: Path) -> None:
    """Write every page that `acrdns help` shows, and those beside the sources, with an index."""
    directory.mkdir(parents=True, exist_ok=True)
    beside = {"readme": "README.md", "samples": "zones/README.md", "benchmarks": "scripts/benchmarks/README.md"}
    beside |= {"contributing": "scripts/CONTRIBUTING.md", "changes": "scripts/CHANGELOG.md"}
    pages = {topic: page(topic) for topic in TOPICS}
    pages |= {name: (ROOT / path).read_text(encoding="utf-8") for name, path in beside.items()}
    for name, text in pages.items():
        (directory / f"{name}.md").write_text(text, encoding="utf-8")
    heads = {name: text.partition("\n")[0].removeprefix("# ") for name, text in pages.items()}
    index = "".join(f"- [{head}]({name}.md)\n" for name, head in heads.items())
    (directory / "index.md").write_text(f"# acrdns {__version__}\n\n{index}", encoding="utf-8")
    write_manual(directory / "man")
    print(f"wrote {len(pages) + 1} pages and the manual into {directory}")


def write_manual(directory: Path) -> None:
    """Write a man page for each command from its help (man-pages(7)): usage, what it does, arguments, options."""
    directory.mkdir(exist_ok=True)
    for name, text in re.findall(
        r"^## (acrdns [^\n]+)\n\n```text\n(.+?)\n```$", page("commands"), re.MULTILINE | re.DOTALL
    ):
        usage, _, rest = text.partition("\n\n")
        about, *parts = re.split(r"^(\w+):\n", rest, flags=re.MULTILINE)
        sections = {
            "NAME": f"{name} - {about.split(chr(10) * 2)[0].strip()}",
            "SYNOPSIS": usage.removeprefix("Usage: "),
        }
        sections |= {
            "DESCRIPTION": about,
            **{title.upper(): part for title, part in zip(parts[::2], parts[1::2], strict=True)},
        }
        body = "".join(f".SH {title}\n{_roff(title, part)}\n" for title, part in sections.items())
        head = f'.TH {name.replace(" ", "-").upper()} 1 "" "acrdns {__version__}"\n'
        (directory / f"{name.replace(' ', '-')}.1").write_text(head + body, encoding="utf-8")


def _roff(title: str, text: str) -> str:
    escaped = text.strip("\n").replace("\\", r"\e").replace("-", r"\-")
    escaped = re.sub(r"^(?=[.'])", r"\&", escaped, flags=re.MULTILINE)
    return " ".join(escaped.split()) if title == "NAME" else f".nf\n{escaped}\n.fi"


def main() -> int:
    """Run the generators as the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/generate", description="Write every generated file anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")
    parser.add_argument(
        "what", nargs="?", choices=["docs"], help=f"write the documentation into {DOCS}, which git ignores"
    )
    arguments = parser.parse_args()
    check: bool = arguments.check
    if arguments.what:
        write_docs(ROOT / DOCS)
        return 0
    files = stale()
    for path, text in files.items():
        if check:
            print(f"{path} is out of date; run scripts/generate", file=sys.stderr)
        else:
            (ROOT / path).write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 1 if check and files else 0


if __name__ == "__main__":
    sys.exit(main())
