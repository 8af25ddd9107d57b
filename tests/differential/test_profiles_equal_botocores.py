"""Generated config and credentials files are read by us and by botocore: the same values, or both refuse."""

import locale
import shlex
from configparser import Error as ConfigParserError
from configparser import RawConfigParser

import pytest
from botocore import configloader
from botocore.exceptions import ConfigParseError
from botocore.session import Session

FILES = 4000
PAIRS = 600
WORDS = 4000

HEADERS = ("default", "profile x", "profile x", "profile y", "profile default", 'profile "x"', "profile 'a b'", "profile",
           "profile a b", "profile  z ", "profile\tt", "profiles x", "profile-x", "profile 'open", "profile \\", 'profile ""',
           "x", "y", " x ", "DEFAULT", "Default", "sso-session s", "sso-session 's t'", "sso-session", "services s",
           "services t", "services", "plugins", "a]b", "]", "[", "é", "#x", "a # b", "profile \u2003x")
KEYS = ("region", "Region", "aws_access_key_id", "endpoint_url", "s3", "S3", "sts", "services", "a b", "k", "l", "m", "k.l",
        "[k", "k]", "é", "'k'", "-", "k#")
VALUES = ("", "", "v", "eu-west-1", "a b", "a # b", "a ; b", "#c", '"q"', "'q'", "a=b", "a:b", "=", ":", "%(region)s", "${HOME}",
          "\\", "é😀", "[x]", "\u00a0v\u3000", "v\x0bw", "a\x1cb=c", "a\u2028b", "a\x85c = d", "\ufeff")
SEPARATORS = ("=", " = ", ":", " : ", "= ", " =", "\t=\t", "==", "\u00a0=\u00a0")
BLANKS = ("", "", " ", "\t", "  \t ", "\u3000")
COMMENTS = ("# c", "; c", "#", " # c", "\t;c", "#k = v", "#[x]", "  # k = v")
INDENTS = (" ", "  ", "    ", "\t", "\u00a0 ", "\x0b")
ENDS = ("\n", "\n", "\n", "\r\n", "\r")


def setting(rng):
    return rng.choice(KEYS) + rng.choice(SEPARATORS) + rng.choice(VALUES)


def broken_line(rng):
    return rng.choice((rng.choice(KEYS), "= v", ": v", "[", "[]", "[x", "]", "\ufeff[x]", "\udcff", "\u200b"))


def generated(rng, broken):
    """Lines of a file; broken is how many of a thousand are such that they might break it."""
    lines = []
    if broken == 0:
        headers = rng.sample(sorted(set(HEADERS)), rng.randrange(1, 9))
    else:
        headers = rng.choices(HEADERS, k=rng.randrange(7))
    for header in headers:
        lines.append(rng.choice(("", "", "", " ")) + f"[{header}]" + rng.choice(("", "", "", " # c", "x", " ]")))
        keys = rng.sample(KEYS, len(KEYS))
        if broken == 0:
            keys = list({key.lower(): key for key in keys}.values())
        while keys and rng.random() < 0.8:
            indent = rng.choice(("", "", "", "", *INDENTS))
            separator, value = rng.choice(SEPARATORS), rng.choice(VALUES)
            lines.append(indent + keys.pop() + separator + value)
            if rng.random() < 0.3:
                lines += nest(rng, indent, broken)
            if rng.random() < 0.2:
                lines.append(rng.choice((*BLANKS, *COMMENTS)))
            if rng.randrange(1000) < broken:
                lines.append(broken_line(rng))
            if rng.randrange(1000) < broken:
                lines.append(setting(rng))
    if rng.randrange(1000) < broken:
        lines.insert(0, rng.choice((*COMMENTS, *BLANKS, "\ufeff", "k = v")))
    ends = rng.choice((("\n",), ("\r\n",), ENDS))
    text = "".join(line + rng.choice(ends) for line in lines)
    return (text.rstrip("\r\n") if rng.random() < 0.2 else text).encode("utf-8", "surrogateescape")


def nest(rng, indent, broken):
    """Lines below a setting, most of them deeper than it."""
    lines = []
    for _ in range(rng.randrange(4)):
        line = rng.choice((setting(rng), setting(rng), rng.choice(VALUES), rng.choice(KEYS) + " = " + rng.choice(VALUES)))
        if broken == 0 and "=" not in line:
            line += "="
        lines.append(indent + rng.choice(INDENTS) + line)
        if rng.random() < 0.2:
            lines.append(rng.choice((*BLANKS, *COMMENTS)))
    return lines


def write(path, data):
    path.write_bytes(data)
    return str(path)


def read_as_botocore(path):
    try:
        return configloader.raw_config_parse(path)
    except ConfigParseError:
        return None


def has_broken_default(path):
    """botocore looks into a nest of [DEFAULT] only when a section takes it over: see DIFFERENCES."""
    parser = RawConfigParser()
    try:
        parser.read(path)
    except (ConfigParserError, UnicodeDecodeError):
        return True
    for value in parser.defaults().values():
        try:
            configloader._parse_nested(value if value.startswith("\n") else "")
        except ValueError:
            return True
    return False


def read_with_strict_default(path):
    return None if has_broken_default(path) else read_as_botocore(path)


def sections_of(answer):
    """Our sections with [DEFAULT] in each of them, which is what botocore gives."""
    if "error" in answer:
        return None
    return {name: {**answer["defaults"], **values} for name, values in answer["sections"].items()}


@pytest.fixture(autouse=True)
def utf8():
    assert locale.getpreferredencoding(False).lower() in ("utf-8", "utf8"), "botocore reads files in the locale's encoding"


def test_files_are_read_alike(ask, rng, tmp_path):
    texts = [generated(rng, rng.choice((0, 0, 20, 100))) for _ in range(FILES)]
    theirs = [read_with_strict_default(write(tmp_path / "file", text)) for text in texts]
    answers = ask([{"command": "ini", "text": text.hex()} for text in texts])
    for text, expected, answer in zip(texts, theirs, answers):
        assert sections_of(answer) == expected, text.decode("utf-8", "surrogateescape")
    refused = theirs.count(None)
    print(f"{refused} of {FILES} refused")
    assert FILES / 10 < refused < FILES * 3 / 4, "the generator no longer makes both kinds"


def named(sections, prefix):
    """What newer botocores do to [services x], as this one does it to [sso-session x]."""
    found = {}
    for header, values in sections.items():
        if header.startswith(prefix):
            try:
                words = shlex.split(header)
            except ValueError:
                continue
            if len(words) == 2:
                found[words[1]] = values
    return found


def queries_of(kind, tables):
    """Every (query, answer) of {name: {key: value or nest}}, and some whose answer is nothing."""
    for name, values in tables.items():
        for key, value in values.items():
            if "." in key:
                continue
            if isinstance(value, dict):
                yield (kind, name, key), None
                yield from (((kind, name, f"{key}.{nested}"), text) for nested, text in value.items())
            else:
                yield (kind, name, key.upper() if key.isascii() else key), value
                yield (kind, name, f"{key}.region"), None
        yield (kind, name, "not_set"), None
    yield (kind, "no such name", "region"), None


def expected_answers(config, credentials, monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", config)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", credentials)
    if has_broken_default(config) or has_broken_default(credentials):
        return None
    try:
        full = Session().full_config
    except ConfigParseError:
        return None
    services = named(full, "services")
    expected = [*queries_of("profile", full["profiles"]), *queries_of("sso-session", full.get("sso_sessions", {})),
                *queries_of("services", services)]
    for name in ("default", "x", "y", "z", "a b", "", " x ", "profile x", "s", "plugins", "DEFAULT"):
        expected.append((("exists", name), name in full["profiles"]))
    return expected


def test_profiles_are_the_same_union_of_both_files(ask, rng, tmp_path, monkeypatch):
    questions, wanted = [], []
    for number in range(PAIRS):
        config = write(tmp_path / f"config{number}", generated(rng, rng.choice((0, 0, 0, 20))))
        credentials = write(tmp_path / f"credentials{number}", generated(rng, rng.choice((0, 0, 0, 20))))
        expected = expected_answers(config, credentials, monkeypatch)
        wanted.append(expected)
        questions.append({"command": "profile", "config": config, "credentials": credentials,
                          "queries": [query for query, _ in expected or ()]})
    answers = ask(questions)
    for question, expected, answer in zip(questions, wanted, answers):
        if expected is None:
            assert "error" in answer, question
            continue
        assert "error" not in answer, (question, answer)
        for (query, value), ours in zip(expected, answer["values"]):
            assert ours == value, (question["config"], question["credentials"], query)
    refused = wanted.count(None)
    print(f"{refused} of {PAIRS} refused")
    assert refused < PAIRS * 2 / 3
    assert sum(len(expected or ()) for expected in wanted) > 10 * PAIRS


def test_words_are_split_alike(ask, rng):
    texts = ["".join(rng.choices(("a", "b", " ", "  ", "\t", "'", '"', "\\", "#", "é", "\n", "''", '""', "\\\\", "$", "\u00a0"),
                                 k=rng.randrange(12))) for _ in range(WORDS)]
    answers = ask([{"command": "words", "text": text} for text in texts])
    for text, answer in zip(texts, answers):
        try:
            expected = shlex.split(text)
        except ValueError:
            expected = None
        assert answer.get("words") == expected, repr(text)


# What we read otherwise, on purpose: (the file, what botocore reads, what we read).
DIFFERENCES = {
    "keys are lowered as ASCII: nobody's settings are not": (
        "[x]\nÉ = v\n", {"x": {"é": "v"}}, {"x": {"É": "v"}}),
    "a broken nest of [DEFAULT] is an error even where no section takes it over": (
        "[DEFAULT]\ns3 =\n  k\n[x]\ns3 = v\n", {"x": {"s3": "v"}}, None),
    "a NUL byte is no text: a C string would end at it unseen": (
        "[x]\nk = v\0w\n", {"x": {"k": "v\0w"}}, None),
}


@pytest.mark.parametrize("why", DIFFERENCES)
def test_the_declared_differences_are_what_they_are(ask, tmp_path, why):
    text, theirs, ours = DIFFERENCES[why]
    [answer] = ask([{"command": "ini", "text": text.encode().hex()}])
    assert read_as_botocore(write(tmp_path / "file", text.encode())) == theirs
    assert sections_of(answer) == ours


def test_a_file_that_may_not_be_read_is_an_error_of_ours_only(ask, tmp_path):
    """botocore passes over it in silence; a daemon's operator wants to know. /proc/self/mem can be opened, not read."""
    [answer] = ask([{"command": "profile", "config": "/proc/self/mem", "credentials": "", "queries": []}])
    assert answer["error"] == "/proc/self/mem cannot be read: Input/output error"
