"""Tables of settings read into frozen dataclasses, with every fault listed at once.

A dataclass is the declaration: a field's annotation is the type of its key, its default is the default, and its metadata (`about`)
holds the help text and limits. From the same declaration come the reader, the reading of environment variables and the JSON Schema.

Understood annotations: `str`, `int`, `float`, `bool`, `Path`, `Secret`, `Literal[...]`, any of them `| None`, and
`tuple[Table, ...]` where `Table` is such a dataclass. TOML has no null: a key that is `None` by default is one that is left out.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

MAX_SECRET_BYTES = 64 * 1024
FLAGS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
TYPE_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}
SCHEMA_TYPES: dict[Any, str] = {str: "string", Path: "string", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that is never shown: `repr`, `str` and `dump` give asterisks."""

    value: str

    def __repr__(self) -> str:
        return "Secret('********')"

    def __str__(self) -> str:
        return "********"


class _WrongError(Exception):
    """One value that its key cannot take; the text is what is wrong with it."""


def about(
    help: str,  # noqa: A002 -- the word of the contract for every key's text
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    pattern: str | None = None,
) -> dict[str, Any]:
    """Return the metadata of a key: what it is for, and the limits of its value (inclusive; `pattern` is for the whole text)."""
    limits = {"minimum": minimum, "maximum": maximum, "pattern": pattern}
    return {"help": help} | {name: limit for name, limit in limits.items() if limit is not None}


def read_table(table_class: type, table: Mapping[str, Any], path: str, problems: list[str]) -> Any:
    """Return `table` as a `table_class`, or None after a problem.

    Args:
        table_class: a dataclass as the module docstring describes.
        table: parsed TOML.
        path: where the table stands, such as `feeds.feed[2]`; empty at the top.
        problems: each fault found is appended, as `path: what is wrong`.
    """
    before = len(problems)
    keys = {field.name: field for field in fields(table_class)}
    secrets = secret_keys(table_class)
    known = [*keys, *(f"{name}_file" for name in secrets)]
    problems += [f"{join(path, name)}: {unknown(name, known)}" for name in table if name not in known]
    values = {}
    for name, value in _with_secret_files(table, secrets, path, problems).items():
        if name in keys:
            values[name] = _read(key_type(table_class, name), keys[name].metadata, value, join(path, name), problems)
    problems += [f"{join(path, name)}: is missing" for name, key in keys.items() if name not in table and is_required(key)]
    return table_class(**values) if len(problems) == before else None


def key_type(table_class: type, name: str) -> Any:
    """Return the annotation of one key, resolved."""
    return get_type_hints(table_class)[name]


def secret_keys(table_class: type) -> tuple[str, ...]:
    """Return the keys of a table that hold secrets, each of which may also be given as `<key>_file`."""
    return tuple(name for name, annotation in get_type_hints(table_class).items() if _without_none(annotation) is Secret)


def is_required(key: Field[Any]) -> bool:
    """Return whether a key has no default."""
    return key.default is MISSING and key.default_factory is MISSING


def from_text(annotation: Any, text: str) -> Any:
    """Return the text of an environment variable as TOML would give it; what cannot be read comes back as it stands.

    An empty text for a key that may be left out is None: it takes the key away. A list is given as JSON.
    """
    kind = _without_none(annotation)
    if text == "" and _is_optional(annotation):
        return None
    if kind is bool:
        return FLAGS.get(text.strip().lower(), text)
    if kind not in (int, float) and get_origin(kind) is not tuple:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def schema_of(table_class: type) -> dict[str, Any]:
    """Return the JSON Schema of a table: every key with its help, default and limits, and no other key allowed.

    A table that holds tables of its own class gets an anchor, its class's name, to which the inner ones refer.
    """
    properties: dict[str, Any] = {}
    for key in fields(table_class):
        annotation = key_type(table_class, key.name)
        if _holds(annotation, table_class):
            inner = {"type": "array", "items": {"$ref": f"#{table_class.__name__}"}}
            properties[key.name] = {"description": key.metadata["help"]} | inner
            continue
        properties[key.name] = _schema_of_key(annotation, key)
        if _without_none(annotation) is Secret:
            properties[f"{key.name}_file"] = {"description": f"Path of a file that holds {key.name}.", "type": "string"}
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    if any(_holds(key_type(table_class, key.name), table_class) for key in fields(table_class)):
        schema["$anchor"] = table_class.__name__
    required = [key.name for key in fields(table_class) if is_required(key)]
    return schema | ({"required": required} if required else {})


def plain(table: Any) -> Any:
    """Return a table as TOML-ready values: secrets as asterisks, paths as text, keys that are None left out."""
    if is_dataclass(table) and not isinstance(table, Secret):
        shown = {key.name: plain(getattr(table, key.name)) for key in fields(table)}
        return {name: value for name, value in shown.items() if value is not None}
    if isinstance(table, tuple):
        return [plain(item) for item in table]
    return str(table) if isinstance(table, Path | Secret) else table


def join(path: str, name: str) -> str:
    """Return the full path of a key; a strange name is quoted, so that it cannot disturb a terminal."""
    shown = name if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) else repr(name[:60])
    return f"{path}.{shown}" if path else shown


def unknown(name: str, known: Iterable[str]) -> str:
    """Return what to say of a key that no table has."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"is no known key; did you mean {near[0]}?" if near else "is no known key"


def _with_secret_files(table: Mapping[str, Any], secrets: Iterable[str], path: str, problems: list[str]) -> dict[str, Any]:
    """Return `table` with each `<secret>_file` replaced by the secret that the file holds."""
    merged = dict(table)
    for name in secrets:
        if f"{name}_file" not in merged:
            continue
        file = merged.pop(f"{name}_file")
        if file is None:
            continue
        if merged.get(name) is not None:
            problems.append(f"{join(path, name)}: is given twice, also as {name}_file")
        try:
            merged[name] = _read_secret(file)
        except _WrongError as wrong:
            problems.append(f"{join(path, name)}_file: {wrong}")
    return merged


def _read_secret(file: Any) -> str:
    if not isinstance(file, str):
        raise _WrongError(_expected("a path", file))
    try:
        with Path(file).open("rb") as stream:
            content = stream.read(MAX_SECRET_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        raise _WrongError(f"cannot read {file!r}: {getattr(error, 'strerror', error)}") from error
    if len(content) > MAX_SECRET_BYTES:
        raise _WrongError(f"{file!r} has more than {MAX_SECRET_BYTES} bytes, which is no secret")
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _WrongError(f"{file!r} is not UTF-8") from error


def _read(annotation: Any, limits: Mapping[str, Any], value: Any, path: str, problems: list[str]) -> Any:
    if value is None and _is_optional(annotation):
        return None
    kind = _without_none(annotation)
    try:
        if get_origin(kind) is tuple:
            return _read_tables(get_args(kind)[0], value, path, problems)
        if is_dataclass(kind) and kind is not Secret:
            return read_table(_table_class(kind), _checked_table(value), path, problems)
        return _read_scalar(kind, limits, value)
    except _WrongError as wrong:
        problems.append(f"{path}: {wrong}")
        return None


def _read_tables(table_class: type, value: Any, path: str, problems: list[str]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _WrongError(_expected("a list of tables", value))
    return tuple(_read(table_class, {}, item, f"{path}[{index}]", problems) for index, item in enumerate(value))


def _table_class(kind: Any) -> type:
    checked: type = kind
    return checked


def _checked_table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _WrongError(_expected("a table", value))
    return value


def _read_scalar(kind: Any, limits: Mapping[str, Any], value: Any) -> Any:
    if kind is Secret:
        return Secret(_checked(str, value, hidden=True))
    if get_origin(kind) is Literal:
        return _read_choice(get_args(kind), value)
    if kind is float and type(value) is int:
        value = float(value)
    return _within(limits, Path(_checked(str, value)) if kind is Path else _checked(kind, value))


def _checked(kind: type, value: Any, *, hidden: bool = False) -> Any:
    if type(value) is not kind:
        raise _WrongError(f"expected {TYPE_WORDS[kind]}" if hidden else _expected(TYPE_WORDS[kind], value))
    return value


def _read_choice(choices: tuple[str, ...], value: Any) -> Any:
    if value in choices:
        return value
    near = difflib.get_close_matches(str(value), choices, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise _WrongError(f"expected one of {', '.join(map(repr, choices))}, got {_shown(value)}{hint}")


def _within(limits: Mapping[str, Any], value: Any) -> Any:
    low, high, pattern = limits.get("minimum"), limits.get("maximum"), limits.get("pattern")
    if low is not None and not value >= low:
        raise _WrongError(f"{_shown(value)} is less than {low}")
    if high is not None and not value <= high:
        raise _WrongError(f"{_shown(value)} is more than {high}")
    if pattern is not None and re.fullmatch(pattern, str(value)) is None:
        raise _WrongError(f"{_shown(value)} does not have the form {pattern}")
    return value


def _expected(words: str, value: Any) -> str:
    return f"expected {words}, got {TYPE_WORDS.get(type(value), type(value).__name__)} {_shown(value)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _schema_of_key(annotation: Any, key: Field[Any]) -> dict[str, Any]:
    described = {"description": key.metadata["help"]} if "help" in key.metadata else {}
    schema = described | _schema_of_type(_without_none(annotation))
    schema |= {name: limit for name, limit in key.metadata.items() if name in ("minimum", "maximum")}
    if "pattern" in key.metadata:
        schema["pattern"] = f"^(?:{key.metadata['pattern']})$"
    default = plain(key.default) if key.default is not MISSING else None
    return schema if default is None or default == [] else schema | {"default": default}


def _schema_of_type(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is tuple:
        return {"type": "array", "items": schema_of(get_args(kind)[0])}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if kind is Secret:
        return {"type": "string", "writeOnly": True}
    return schema_of(_table_class(kind)) if is_dataclass(kind) else {"type": SCHEMA_TYPES[kind]}


def _holds(annotation: Any, table_class: type) -> bool:
    return get_origin(annotation) is tuple and get_args(annotation)[0] is table_class


def _is_optional(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)


def _without_none(annotation: Any) -> Any:
    if not _is_optional(annotation):
        return annotation
    (inner,) = (argument for argument in get_args(annotation) if argument is not NoneType)
    return inner
