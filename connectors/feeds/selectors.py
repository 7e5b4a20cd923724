"""CSS selectors as XPath: the part of CSS in which a link is picked out of a page.

Understood are type and universal selectors, `#id`, `.class`, `[name]`, `[name=value]` with `=`, `^=`, `$=`, `*=` and `~=`, any of
them together, descendants (` `), children (`>`), and lists (`,`). `lxml.cssselect` does the same and more, and needs the package
`cssselect`, which is not among our dependencies. Pseudo-classes are refused: a page's newest links do not need them.
"""

import re

from connectors.errors import FeedError

STEP = re.compile(r"(\*|[a-zA-Z][\w-]*)?((?:[#.][\w-]+|\[[^\]]*\])*)")
PART = re.compile(r"([#.])([\w-]+)|\[\s*([\w:-]+)\s*(?:([\^$*~]?=)\s*(\"[^\"]*\"|'[^']*'|[\w./:-]+)\s*)?\]")
# White space and commas in brackets and quotes are no combinators.
TOKEN = re.compile(r"\s*([>,])\s*|(\s+)|((?:\[[^\]]*\]|[^\s>,\[])+)")
TESTS = {
    "=": "@{name}={value}",
    "^=": "starts-with(@{name}, {value})",
    "$=": "substring(@{name}, string-length(@{name}) - string-length({value}) + 1)={value}",
    "*=": "contains(@{name}, {value})",
    "~=": "contains(concat(' ', normalize-space(@{name}), ' '), concat(' ', {value}, ' '))",
}


class SelectorError(FeedError):
    """A selector is not one that we understand."""


def xpath_of(selector: str) -> str:
    """Return the XPath expression that finds what a CSS selector does.

    Raises:
        SelectorError: it is no selector, or more of CSS than we understand.
    """
    paths, path, axis = [], "", "//"
    for combinator, space, step in TOKEN.findall(selector.strip()):
        if step:
            if not axis:
                raise _wrong(selector)
            path, axis = path + axis + _step(step, selector), ""
        elif combinator == ",":
            if axis:
                raise _wrong(selector)
            paths.append(path)
            path, axis = "", "//"
        elif path and not axis:
            axis = "/" if combinator else "//" if space else axis
        else:
            raise _wrong(selector)
    if axis:
        raise _wrong(selector)
    return " | ".join([*paths, path])


def _step(step: str, selector: str) -> str:
    found = STEP.fullmatch(step)
    if found is None:
        raise _wrong(selector)
    return (found[1] or "*").lower() + "".join(f"[{_test(part, selector)}]" for part in _parts(found[2], selector))


def _parts(parts: str, selector: str) -> list[re.Match[str]]:
    found = list(PART.finditer(parts))
    if "".join(part[0] for part in found) != parts:
        raise _wrong(selector)
    return found


def _test(part: re.Match[str], selector: str) -> str:
    mark, word, name, comparison, value = part.groups()
    if mark is not None:
        return TESTS["~=" if mark == "." else "="].format(name="class" if mark == "." else "id", value=f"'{word}'")
    if comparison is None:
        return f"@{name}"
    text = value[1:-1] if value[0] in "\"'" else value
    if "'" in text and '"' in text:
        raise _wrong(selector)
    quoted = f'"{text}"' if "'" in text else f"'{text}'"
    return TESTS[comparison].format(name=name, value=quoted)


def _wrong(selector: str) -> SelectorError:
    step = "use types, #id, .class, [name=value], descendants, > and commas, such as `main h2 > a`"
    return SelectorError(selector[:200], "is no CSS selector that we understand", step)
