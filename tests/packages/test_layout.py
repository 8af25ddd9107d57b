"""How plugin/ is laid out: which room may see which, what links alone, how long a file is, where a module is tested."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from e2e.collectd import TOP
from packages import built
from packages.built import BUILD, output

FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 400

# The rooms from the innermost outwards: each sees itself and those before it.
ROOMS = ("util", "aws/protocol", "aws/credentials", "aws", "studio", "")
PAIRS = [(inner, outer) for at, inner in enumerate(ROOMS) for outer in ROOMS[at + 1 :]]

# What every program may call.
LIBC = ("libc", "libm", "libgcc_s")


# Headers of collectd, which the project names without having them.
COLLECTDS = re.compile(r"(?:.*/)?(?:collectd|plugin|configfile|globals|common|utils_\w+)\.h|usr/include/.*")


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """files are those of plugin/, by their paths from there."""
    root = TOP / "plugin"
    return tuple(sorted(path.relative_to(root) for path in root.rglob("*") if path.suffix in endings))


def room(path: Path) -> str:
    return "" if path.parent == Path(".") else str(path.parent)


def text(path: Path) -> str:
    return (TOP / "plugin" / path).read_text()


def included(source: str) -> list[str]:
    """included is what a source includes of ours: in quotes, or in angle brackets where plugin/ has such a file."""
    named = re.findall(r'^\s*#\s*include\s*(["<])(.*)[">]', source, re.MULTILINE)
    return [name for mark, name in named if mark == '"' or (TOP / "plugin" / name).is_file()]


def includes(path: Path) -> list[str]:
    return included(text(path))


def test_includes_are_found_however_they_are_written():
    source = '#include <stdio.h>\n#include "util/loop.h"\n# include  <util/json.h>\n  #include "../aws/client.h" /* x */\n'
    assert included(source) == ["util/loop.h", "util/json.h", "../aws/client.h"]


@cache
def objects() -> Mapping[Path, Path]:
    """objects are what the sources of plugin/ were compiled to."""
    built.make("all")
    return {source: (BUILD / "obj/plugin" / source).with_suffix(".o") for source in files(".c")}


def names(*arguments: str | Path) -> set[str]:
    """names are the symbols that nm lists of one object or archive."""
    listed = output("nm", "-P", *arguments).splitlines()
    return {line.split()[0].partition("@")[0] for line in listed if not line.endswith(":")}


@cache
def defined(path: Path) -> frozenset[str]:
    return frozenset(names("--defined-only", "--extern-only", path))


@cache
def undefined(path: Path) -> frozenset[str]:
    return frozenset(names("--undefined-only", path))


def circles(graph: Mapping[Path, Iterable[Path]]) -> list[list[str]]:
    """circles are the ways through a graph that come back to where they began, one for each that was found."""
    done: set[Path] = set()
    found: list[list[str]] = []

    def follow(node: Path, way: list[Path]) -> None:
        if node in way:
            found.append([str(step) for step in [*way[way.index(node) :], node]])
        elif node not in done:
            for after in sorted(graph.get(node, ())):
                follow(after, [*way, node])
            done.add(node)

    for node in sorted(graph):
        follow(node, [])
    return found


def test_each_room_includes_only_itself_and_those_behind_it():
    for path in files(".c", ".h"):
        seen = ROOMS[: ROOMS.index(room(path)) + 1]
        for name in includes(path):
            if room(path) or not COLLECTDS.fullmatch(name):
                assert (TOP / "plugin" / name).is_file(), f"{path} includes {name}"
                assert room(Path(name)) in seen, f"{path} includes {name}"


def test_aws_and_util_know_neither_collectd_nor_sagemaker():
    named = [
        f"{path}:{number}: {line.strip()}"
        for path in files(".c", ".h")
        if room(path) not in ("", "studio")
        for number, line in enumerate(text(path).splitlines(), 1)
        if re.search("collectd|sagemaker", line, re.IGNORECASE)
    ]
    assert named == []


def test_only_http_knows_curl():
    including = {path for path in files(".c", ".h") if re.search(r"^\s*#\s*include\s*[<\"]curl/", text(path), re.MULTILINE)}
    assert including == {Path("util/http.c")}
    calling = {source for source, built_one in objects().items() if any(s.startswith("curl_") for s in undefined(built_one))}
    assert calling == including


@cache
def compiler(inner: str) -> list[str]:
    """compiler is how the Makefile compiles the sources of a room, but for the source and what becomes of it."""
    source = next(path for path in files(".c") if room(path) == inner)
    target = (BUILD / "obj/plugin" / source).with_suffix(".o").relative_to(TOP)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(["make", "-nB", target], cwd=TOP, env=environment, capture_output=True, text=True, check=True)
    command = next(line for line in said.stdout.splitlines() if " -c -o " in line)
    return shlex.split(command.split(" -MMD ")[0])


def compiled(inner: str, header: Path) -> str:
    """compiled is what the compiler says of a source in a room that includes a header."""
    objects()
    command = [*compiler(inner), "-fsyntax-only", "-x", "c", "-"]
    source = f'#include "{header}"\ntypedef int nothing_t;\n'
    return subprocess.run(command, cwd=TOP, input=source, capture_output=True, text=True).stderr


@pytest.mark.parametrize(("inner", "outer"), PAIRS)
def test_an_include_upward_does_not_compile(inner, outer):
    own, above = (next(path for path in files(".h") if room(path) == which) for which in (inner, outer))
    assert compiled(inner, own) == ""
    assert f"{above}: No such file" in compiled(inner, above)


@cache
def calls() -> Mapping[Path, set[Path]]:
    """calls are the sources whose functions and tables each source uses."""
    owners = {symbol: source for source, built_one in objects().items() for symbol in defined(built_one)}
    return {
        source: {owners[symbol] for symbol in undefined(built_one) if symbol in owners}
        for source, built_one in objects().items()
    }


def test_no_files_call_each_other_in_a_circle():
    assert sum(map(len, calls().values())) > len(calls())
    assert circles(calls()) == []


def test_each_room_calls_only_itself_and_those_behind_it():
    """A declaration by hand needs no include."""
    for source, used in calls().items():
        seen = ROOMS[: ROOMS.index(room(source)) + 1]
        assert {str(other) for other in used if room(other) not in seen} == set(), source


def test_no_files_include_each_other_in_a_circle():
    assert circles({path: [Path(name) for name in includes(path)] for path in files(".c", ".h")}) == []


@cache
def libraries() -> Mapping[str, frozenset[str]]:
    """libraries are what the shared libraries that the plugin is linked with define, by their names."""
    objects()
    listed = re.findall(r"(\S+)\.so\S* => (/\S+)", output("ldd", BUILD / "sagemaker.so"))
    return {name: frozenset(names("-D", "--defined-only", Path(path))) for name, path in listed}


def unknown(level: str, behind: tuple[str, ...], outside: tuple[str, ...]) -> set[str]:
    """unknown is what an archive needs that neither those behind it nor the libraries outside have."""
    archives = [BUILD / f"lib{name}.a" for name in (level, *behind)]
    for archive in archives:
        built.make(str(archive.relative_to(TOP)))
    known = set().union(*(defined(archive) for archive in archives), *(libraries().get(name, ()) for name in outside))
    return undefined(archives[0]) - known - {"_GLOBAL_OFFSET_TABLE_"}


@pytest.mark.parametrize(
    ("level", "behind", "outside"),
    [
        ("util", (), (*LIBC, "libcurl", "libjson-c", "libcrypto")),
        ("aws", ("util",), (*LIBC, "libjson-c", "libcrypto")),
        ("studio", ("aws", "util"), (*LIBC, "libjson-c")),
    ],
)
def test_a_level_links_with_those_behind_it_alone(level, behind, outside):
    assert unknown(level, behind, outside) == set()


def test_a_level_does_not_link_without_those_behind_it():
    """What the test before finds is not nothing for want of looking."""
    assert unknown("aws", (), (*LIBC, "libjson-c", "libcrypto"))
    assert unknown("studio", ("util",), (*LIBC, "libjson-c"))
    assert unknown("util", (), (*LIBC, "libjson-c", "libcrypto"))


def functions(source: str) -> Iterable[tuple[str, int]]:
    """functions are those of a formatted file, and how many lines each has from its name to its brace."""
    lines = source.splitlines()
    for end in (at for at, line in enumerate(lines) if line == "}"):
        first = end - 1
        while lines[first][:1] in ("", " ", "#") or re.fullmatch(r"\w+:", lines[first]):
            first -= 1
        yield lines[first], end - first + 1


def test_functions_are_found():
    source = "/* a. */\nstatic int a(int b,\n             int c) {\n#ifdef D\n  b++;\n\n#endif\nend:\n  return b;\n}\n\nint e[] = {\n};\n"
    assert list(functions(source)) == [("static int a(int b,", 9)]


def test_no_function_is_long():
    long = {(str(path), name): lines for path in files(".c", ".h") for name, lines in functions(text(path))}
    assert len(long) > 500
    assert {where: lines for where, lines in long.items() if lines > FUNCTION_LINES_MAX} == {}


def test_no_file_is_long():
    lines = {str(path): len(text(path).splitlines()) for path in files(".c", ".h")}
    assert {path: number for path, number in lines.items() if number > FILE_LINES_MAX} == {}


def bare_prototypes(header: str) -> list[str]:
    """bare_prototypes are the functions of a header that no comment stands over, be it over a group of them."""
    bare, depth, covered, declaration = [], 0, False, ""
    code = re.sub(r"^#(?:.*\\\n)*.*\n", "", header, flags=re.MULTILINE)
    for token in re.findall(r"/\*.*?\*/|\n\s*\n|[{};]|[^{};/\n]+|\n|/", code, re.DOTALL):
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
        elif depth > 0:
            continue
        elif token.startswith("/*"):
            covered = True
        elif token.isspace() and token.count("\n") > 1:
            covered, declaration = False, ""
        elif token == ";":
            name = re.search(r"(\w+)\(", declaration)
            if name and not declaration.lstrip().startswith(("typedef", "static inline")) and not covered:
                bare.append(name[1])
            declaration = ""
        else:
            declaration += token + " "
    return bare


def test_bare_prototypes_are_found():
    header = "/* a. */\nint a(void);\nint b(int,\n      int);\n\nint c(void);\n\n/* d_t. */\ntypedef struct {\n  int (*e)(void);\n} d_t;\n\nvoid f(void);\n"
    assert bare_prototypes(header) == ["c", "f"]


def test_every_prototype_stands_under_a_comment():
    assert {str(path): bare for path in files(".h") if (bare := bare_prototypes(text(path)))} == {}


@cache
def tracked() -> Mapping[str, str]:
    """tracked is the text of every file of the project by its path, but for the fuzz targets' corpora."""
    paths = [path for path in output("git", "-C", TOP, "ls-files").splitlines() if "/corpus/" not in path]
    texts = {}
    for path in paths:
        try:
            texts[path] = (TOP / path).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


def strangers(content: str, known: Iterable[str]) -> set[str]:
    """strangers are the names of C files in a text that are no end of a known path, and neither a library's nor NAME."""
    content = re.sub(r"^#include <.*>$", "", content, flags=re.MULTILINE)
    named = set(re.findall(r"(?<![\w*.>-])((?:[\w-]+/)*[\w-]+\.[ch])\b(?![\w(])", content))
    ends = {path.split("/", at)[-1] for path in known for at in range(path.count("/") + 1)}
    return {name for name in named - ends if "NAME" not in name and not COLLECTDS.fullmatch(name)}


def test_strangers_are_found():
    content = '#include <stdio.h>\n#include "aws/sigv4.h"\n/* see sigv4.c, studio/app.h and old.h */ app.c'
    known = ["plugin/aws/protocol/sigv4.h", "plugin/aws/protocol/sigv4.c", "plugin/studio/app.h"]
    assert strangers(content, known) == {"aws/sigv4.h", "old.h", "app.c"}


def test_every_c_file_that_anything_names_is_there():
    own = "tests/packages/test_layout.py"
    found = {path: strangers(content, tracked()) for path, content in tracked().items() if path != own}
    assert {path: names for path, names in found.items() if names} == {}


# A step of what CONTRIBUTING draws: a function, and the file of plugin/ that has it.
STEP = re.compile(r"(\w+) {2,}(?:----> +\w+ +)?((?:[\w-]+/)*\w+\.c)\b")


def drawn(document: str) -> list[tuple[str, Path]]:
    """drawn are the steps in a document's drawings."""
    lines = [line for line in document.splitlines() if line.startswith("    ")]
    return [(found[1], Path(found[2])) for line in lines if (found := STEP.search(line))]


def test_steps_are_found():
    document = "    read   sagemaker.c\n      +- list_apps   studio/listing.c   an item\n    a line of text, see b.c\nlow   c.c\n"
    assert drawn(document) == [("read", Path("sagemaker.c")), ("list_apps", Path("studio/listing.c"))]


def test_what_contributing_draws_is_where_it_says():
    steps = drawn((TOP / "CONTRIBUTING.md").read_text())
    assert len(steps) > 20
    missing = [(name, str(path)) for name, path in steps if not re.search(rf"^\w.*\b{name}\(", text(path), re.MULTILINE)]
    assert missing == []


def riddles(source: str) -> list[str]:
    """riddles are comments' sentences and clauses whose subject is no thing: nobody, somebody, none, whoever."""
    comments = (" ".join(found.replace("\n *", " ").split()) for found in re.findall(r"/\*(.*?)\*/", source, re.DOTALL))
    subject = r"\bwhoever\b|(?:^|[.;] |\b(?:that|because|unless|until|while|where) )(?:nobody|somebody|none) \w+"
    return [found for comment in comments for found in re.findall(subject, comment, re.IGNORECASE)]


def test_riddles_are_found():
    source = "/* Whoever asks waits. */ /* It is told. Nobody waits. NULL: none */ /* a file that somebody cut;\n * none is */"
    assert len(riddles(source)) == 4


def test_no_comment_has_nobody_for_its_subject():
    found = {str(path): some for path in files(".c", ".h") if (some := riddles(text(path)))}
    assert found == {}


# A row of CONTRIBUTING's table: modules, then where they are tested.
ROW = re.compile(r"^\| (`[^|]*`) \| (`tests/[^|]*`) \|$", re.MULTILINE)


def elsewhere() -> dict[Path, list[Path]]:
    """elsewhere is what CONTRIBUTING.md says of modules of which no unit test has the name."""
    listed: dict[Path, list[Path]] = {}
    for modules, tests in ROW.findall((TOP / "CONTRIBUTING.md").read_text()):
        for module in re.findall(r"`([^`]*)`", modules):
            assert Path(module) not in listed, module
            listed[Path(module)] = [Path(test) for test in re.findall(r"`([^`]*)`", tests)]
    return listed


def modules() -> set[Path]:
    return {path.with_suffix("") for path in files(".c") if room(path)}


def test_each_module_has_a_unit_test_of_its_name_or_contributing_says_where_it_is_tested():
    named = {module for module in modules() if (TOP / f"tests/unit/test_{module.name}.c").exists()}
    assert {str(module) for module in modules() - named} == {str(module) for module in elsewhere()}


def test_a_test_links_what_it_tests():
    built.make("programs")
    own = {module: [Path(f"tests/unit/test_{module.name}.c")] for module in modules() - set(elsewhere())}
    for module, tests in {**own, **elsewhere()}.items():
        of_module = defined(objects()[module.with_suffix(".c")])
        for test in tests:
            assert (TOP / test).is_file(), f"{module}: {test}"
            if test.suffix == ".c":
                program = BUILD / test.relative_to("tests").with_suffix("")
                assert of_module <= names("--defined-only", program), f"{test} does not link {module}"
