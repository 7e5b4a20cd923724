"""The tree of routes: which receivers get an alert, and in which group. Alertmanager's words and habits.

An alert starts at the root, which every alert fits. Of a route's children the first that fits takes it, and further ones only
after a child with `continues`; where no child fits, the route itself is the answer. A route without a receiver or a time of its
own has that of its parent. `group_by` names labels; `...` (the default) gives each alert a group of its own, and an empty text
puts all in one.

Children are indexed by one value that has to be there (`=` or an expression of plain alternatives), so that ten thousand routes
cost an alert a few look-ups. A child without such a matcher is asked for every alert.

Unlike Alertmanager, an alert that reaches one receiver by several routes goes to it once, by the first of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connectors.config import GroupConfig, RouteConfig, SubscribersConfig
from connectors.errors import ConfigError
from connectors.messages.identity import content_id
from connectors.messages.silence import Matcher
from connectors.subscribers.labels import NAMES, Labels
from connectors.subscribers.matchers import all_match, equals, parse, shown

BY_ITSELF = "..."
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One node of the tree, with what it takes over from its parent filled in.

    Attributes:
        path: its place, such as `0.2`; the root's is empty.
        receiver: who gets what ends here.
        matchers: all have to fit.
        group_by: labels that make a group; None gives each alert a group of its own.
        group_wait: how long a new group waits for more.
        group_interval: how long a group that was told waits before it is told news.
        repeat_interval: after what time the same is told again; None for never.
        continues: whether the routes after it are asked too.
        routes: its children.
    """

    path: str
    receiver: str
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] | None = None
    group_wait: timedelta = timedelta()
    group_interval: timedelta = timedelta()
    repeat_interval: timedelta | None = None
    continues: bool = False
    routes: tuple["Route", ...] = ()


@dataclass(slots=True)
class _Node:
    """A route with its children indexed: by a value that has to be there, and those to ask always, by their numbers."""

    route: Route
    children: list["_Node"]
    by_value: dict[Key, list[int]] = field(default_factory=dict)
    always: list[int] = field(default_factory=list)


class Router:
    """Finds the routes of an alert.

    Args:
        root: of the tree.
    """

    def __init__(self, root: Route) -> None:
        self.root = root
        self._node = _indexed(root)

    def routes_of(self, labels: Labels) -> tuple[Route, ...]:
        """Return the routes that take an alert with these labels, in order, one for each receiver."""
        found: dict[str, Route] = {}
        for route in _walk(self._node, labels):
            found.setdefault(route.receiver, route)
        return tuple(found.values())


def tree_of(config: SubscribersConfig) -> Route:
    """Return the tree of the configuration, whose matchers have been checked."""
    return _with_children(_grouped(Route(path="", receiver=config.receiver or ""), config), config.routes)


def checked_config(config: SubscribersConfig) -> Route:
    """Return the tree of the configuration.

    Raises:
        ConfigError: a matcher is wrong, or a label is unknown; all of it is listed.
    """
    problems = [*_broken_routes(config.routes, "subscribers"), *_broken_names(config.group_by or "", "subscribers.group_by")]
    for index, rule in enumerate(config.inhibit_rules):
        here = f"subscribers.inhibit_rules[{index}]"
        problems += [
            *_broken(rule.source_matchers, f"{here}.source_matchers"),
            *_broken(rule.target_matchers, f"{here}.target_matchers"),
        ]
        problems += _broken_names(rule.equal, f"{here}.equal")
    if problems:
        raise ConfigError("configuration", tuple(problems), 'matchers look like kind="threat", target=~"RUS|BLR"')
    return tree_of(config)


def _broken_routes(routes: Sequence[RouteConfig], path: str) -> Iterator[str]:
    for index, route in enumerate(routes):
        here = f"{path}.routes[{index}]"
        yield from _broken(route.matchers, f"{here}.matchers")
        yield from _broken_names(route.group_by or "", f"{here}.group_by")
        yield from _broken_routes(route.routes, here)


def _broken(matchers: str, path: str) -> Iterator[str]:
    try:
        parse(matchers)
    except ValueError as error:
        yield f"{path}: {error}"


def _broken_names(text: str, path: str) -> Iterator[str]:
    yield from (f"{path}: {name!r} is no label" for name in _names(text) or () if name not in NAMES)


def group_of(route: Route, labels: Labels) -> str:
    """Return the key of the group that an alert with these labels belongs to on a route."""
    names = ("alert",) if route.group_by is None else route.group_by
    values = [f"{name}={'|'.join(sorted(labels.get(name, ())))}" for name in names]
    return content_id("group", route.receiver, route.path, *values)


def reached(route: Route) -> frozenset[str]:
    """Return the receivers that a route and those below it lead to."""
    return frozenset({route.receiver} - {""}).union(*map(reached, route.routes))


def repeats(route: Route) -> bool:
    """Say whether a route or one below it tells the same again."""
    return route.repeat_interval is not None or any(map(repeats, route.routes))


def drawn(route: Route, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a tree for people."""
    by = "each alert" if route.group_by is None else f"group by {', '.join(route.group_by) or 'nothing'}"
    times = f"wait {_secs(route.group_wait)}, interval {_secs(route.group_interval)}"
    again = "" if route.repeat_interval is None else f", repeat {_secs(route.repeat_interval)}"
    goes_on = ", continues" if route.continues else ""
    yield f"{'  ' * depth}{{{shown(route.matchers)}}} -> {route.receiver or '(nobody)'}  [{by}; {times}{again}{goes_on}]"
    for child in route.routes:
        yield from drawn(child, depth + 1)


def _secs(span: timedelta) -> str:
    return f"{span.total_seconds():g} s"


def _names(text: str) -> tuple[str, ...] | None:
    return None if text.strip() == BY_ITSELF else tuple(name.strip() for name in text.split(",") if name.strip())


def _with_children(parent: Route, configs: Sequence[RouteConfig]) -> Route:
    children = tuple(_child(parent, config, number) for number, config in enumerate(configs))
    return replace(parent, routes=children)


def _child(parent: Route, config: RouteConfig, number: int) -> Route:
    route = replace(
        _grouped(parent, config),
        path=f"{parent.path}.{number}".lstrip("."),
        receiver=config.receiver or parent.receiver,
        matchers=parse(config.matchers),
        continues=config.continues,
        routes=(),
    )
    return _with_children(route, config.routes)


def _grouped(route: Route, config: GroupConfig) -> Route:
    """Return a route with what the configuration says of groups; what it leaves out stays."""
    by = {} if config.group_by is None else {"group_by": _names(config.group_by)}
    spans = {
        "group_wait": config.group_wait_secs,
        "group_interval": config.group_interval_secs,
        "repeat_interval": config.repeat_interval_secs,
    }
    given = {name: timedelta(seconds=seconds) for name, seconds in spans.items() if seconds is not None}
    return replace(route, **by, **given)  # type: ignore[arg-type]


def _indexed(route: Route) -> _Node:
    node = _Node(route, [_indexed(child) for child in route.routes])
    choices = [_choices(child.route.matchers) for child in node.children]
    crowd = Counter(key for keys_of_child in choices for keys in keys_of_child for key in keys)
    for number, keys_of_child in enumerate(choices):
        if keys_of_child:  # by the matcher that the fewest others share
            for key in min(keys_of_child, key=lambda keys: sum(crowd[key] for key in keys)):
                node.by_value.setdefault(key, []).append(number)
        else:
            node.always.append(number)
    return node


def _choices(matchers: Iterable[Matcher]) -> list[list[Key]]:
    """Return, for each matcher that can be looked up, the (label, value) of which one has to be there."""
    return [[(matcher.name, value) for value in dict.fromkeys(equals(matcher))] for matcher in matchers if equals(matcher)]


def _walk(node: _Node, labels: Labels) -> Iterator[Route]:
    is_taken = False
    for number in _candidates(node, labels):
        child = node.children[number]
        if all_match(child.route.matchers, labels):
            is_taken = True
            yield from _walk(child, labels)
            if not child.route.continues:
                break
    if not is_taken:
        yield node.route


def _candidates(node: _Node, labels: Mapping[str, tuple[str, ...]]) -> Iterable[int]:
    if not node.by_value:
        return node.always
    found = {number for name, values in labels.items() for value in values for number in node.by_value.get((name, value), ())}
    return sorted(found.union(node.always))
