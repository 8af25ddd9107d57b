"""Which programs a script, a recipe of make or a Python file calls, and which Debian package has each."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from e2e.collectd import TOP

# What a Debian that debootstrap has made has beside what is essential or required there, with git, make and sudo.
_BARE = {"apt", "git", "make", "sudo"}
# Where Debian's packages put programs.
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

_WORDS_OF_THE_SHELL = set(
    "if then else elif fi for while until do done case esac in { } ! [[ ]] [ . : break cd command continue declare "
    "echo exec exit export false local printf read return set shift test trap true type umask unset wait".split()
)
_ANOTHER_FOLLOWS = {"if", "then", "else", "elif", "while", "until", "do", "{", "!", "exec"}
# Programs that run another, which stands behind their own options and settings.
_RUN_ANOTHER = {"sudo", "env", "xargs", "nice", "command"}
_MAKES_OWN = {"CC": "gcc", "MAKE": "make", "PYTHON": "/usr/bin/python3"}
_CALLED_WITH_A_LIST = {"run", "Popen", "call", "check_call", "check_output"}
_CALLED_WITH_WORDS = {"output", "_output"}


def in_shell(text: str) -> set[str]:
    """in_shell are the programs of a shell script: words where a command stands that are not the shell's own."""
    text = re.sub(r"<<'?(\w+)'?(.*?\n).*?\n\1\n", r"\2", text, flags=re.DOTALL)
    functions = set(re.findall(r"^(\w+)\(\)", text, re.MULTILINE))
    found = set(_commands(_without_patterns(text)))
    return {word for word in found if re.fullmatch(r"[\w./+-]*\w", word)} - _WORDS_OF_THE_SHELL - functions


def in_make(text: str) -> set[str]:
    """in_make are the programs of a Makefile's recipes and of its $(shell …)."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    recipes = [re.sub(r"^[@-]+", "", line.strip()) for line in lines if line.startswith("\t")]
    recipes += [call for line in lines for call in re.findall(r"\$\(shell ([^()]*)", line)]
    found: set[str] = set()
    for recipe in recipes:
        plain = re.sub(r"(?<!\$)\$\((\w+)\)", lambda match: _MAKES_OWN.get(match[1], "$x"), recipe)
        # What make itself makes of $(…), from the innermost on, is no command; $$ is the shell's.
        made = None
        while made != plain:
            made, plain = plain, re.sub(r"(?<!\$)\$\([^()]*\)", "$x", plain)
        found |= in_shell(re.sub(r"\$[<@^*]|\$\(@[DF]\)", "$x", plain).replace("$$", "$"))
    return found


def in_python(text: str) -> set[str]:
    """in_python are the constants that begin a list which is a command, and the paths of programs."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and re.fullmatch(r"(/usr)?/s?bin/[\w.+-]+", str(node.value)):
            found.add(node.value)
        elif isinstance(node, ast.List):
            found |= {word for word in _first(node.elts) if shutil.which(word, path=_PATH)}
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _CALLED_WITH_WORDS:
                found |= set(_first(node.args))
            elif name in _CALLED_WITH_A_LIST and node.args and isinstance(node.args[0], ast.List):
                found |= set(_first(node.args[0].elts[:1]))
    return found


def missing(programs: Iterable[str], packages: Iterable[str]) -> list[str]:
    """missing are the programs that come with none of these packages, each with the package that it is from here; the
    project's own are not among them."""
    named = set(packages)
    there = _with_dependencies({*named, *_BARE, *_required()})
    others = {name for name in set(programs) - _BARE - named if name.startswith("/") or "/" not in name}
    return [f"{name} ({package})" for name, package in sorted(_packages(others).items()) if package not in there]


def packages_of(*tasks: str) -> set[str]:
    """packages_of are the packages that packaging/deps names for tasks."""
    text = (TOP / "packaging" / "deps").read_text()
    text = text.partition("declare -A reasons")[0]
    lists = re.findall(r'^ +\[(\w+)\]="([^"]*)"$|^packages\[(\w+)\]\+="([^"]*)"$', text, re.MULTILINE)
    wanted = [names or others for task, names, more, others in lists if (task or more) in tasks]
    return {name for names in wanted for name in names.replace("|", " ").split()}


def _first(elements: Iterable[ast.expr]) -> Iterator[str]:
    for element in elements:
        if not isinstance(element, ast.Starred):
            word = element.value if isinstance(element, ast.Constant) else None
            if isinstance(word, str) and re.fullmatch(r"[a-z/][\w./+-]*", word):
                yield word
            return


def _without_patterns(text: str) -> str:
    """_without_patterns is a script without the patterns of its cases, and in one line what is continued."""
    return re.sub(r"^\s*[^()\n#]+\)(?=\s|$)", "", re.sub(r"\\\n", " ", text), flags=re.MULTILINE)


def _commands(text: str) -> Iterator[str]:
    """_commands are the words where a command stands, also in "$(…)"."""
    for quoted in re.findall(r"\"[^\"]*\"", text):
        for inner in re.findall(r"\$\(([^()]+)", quoted):
            yield from _commands(inner)
    begins, another = True, False
    for word in _words(text):
        if re.fullmatch(r"[();|&\n]+", word):
            begins, another = True, False
        elif begins and not re.match(r"\w+(\[.*\])?\+?=", word) and not re.match(r"[<>\d]", word):
            if not word.startswith("-"):
                yield word
                another = word in _RUN_ANOTHER
                begins = another or word in _ANOTHER_FOLLOWS
            elif not another:
                begins = False


def _words(text: str) -> list[str]:
    """_words are a script's words and what stands between commands; quotes are part of one, comments are not."""
    part = r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|\$\{[^}]*\}|[^\s();|&'\"\\]"
    return [word for word in re.findall(rf"(?<!\S)#[^\n]*|(?:{part})+|[();|&]+|\n", text) if not word.startswith("#")]


def _packages(programs: set[str]) -> dict[str, str]:
    """_packages are the packages that programs are from on this machine; "none" for what is not there."""
    paths = {program: shutil.which(program, path=_PATH) for program in programs}
    names = {program: _names_of(Path(path)) if path else [] for program, path in paths.items()}
    search = ["dpkg-query", "--search", *(name for some in names.values() for name in some)]
    # Of the names of one program dpkg knows one, and says of the others that it does not.
    done = subprocess.run(search, capture_output=True, text=True)
    found = (line.rpartition(": ") for line in done.stdout.splitlines() if not line.startswith("diversion "))
    known = {path: re.split("[:,]", packages)[0] for packages, _, path in found}
    return {program: next((known[name] for name in some if name in known), "none") for program, some in names.items()}


def _names_of(path: Path) -> list[str]:
    """_names_of are the names that dpkg may know a program by: /bin is /usr/bin today, and some are alternatives."""
    names = [path, path.resolve()]
    return [str(name) for path in names for name in (path, Path(str(path).removeprefix("/usr")), Path(f"/usr{path}"))]


@cache
def _status() -> list[list[str]]:
    shown = "${Package}\t${Essential}\t${Priority}\t${Pre-Depends}, ${Depends}\t${Provides}\n"
    done = subprocess.run(["dpkg-query", "-W", "-f", shown], check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def _required() -> set[str]:
    return {name for name, essential, priority, *_ in _status() if essential == "yes" or priority == "required"}


def _with_dependencies(names: set[str]) -> set[str]:
    """_with_dependencies are packages with what they depend on: of alternatives, what is installed."""
    depends = {name: _named_in(depends) for name, _, _, depends, _ in _status()}
    for name, _, _, _, provides in _status():
        for virtual in _named_in(provides) - depends.keys():
            depends[virtual] = depends.get(virtual, set()) | {name}
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= depends.get(name, set()) - found
    return found


def _named_in(field: str) -> set[str]:
    return {re.split(r"[ (:]", part.strip())[0] for part in re.split(r"[,|]", field)} - {""}
