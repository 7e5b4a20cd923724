"""The tree of routes: which receivers an alert goes to."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.config import InhibitConfig, RouteConfig, SubscribersConfig
from connectors.errors import ConfigError
from connectors.subscribers.inhibition import WINDOW, Inhibitors, rules_of
from connectors.subscribers.labels import Labels, labels
from connectors.subscribers.matchers import all_match
from connectors.subscribers.routing import Route, Router, checked_config, drawn, group_of, repeats, tree_of
from tests import builders

LABELS = labels(builders.alert())


def routed(*routes: RouteConfig, found: Labels = LABELS) -> list[str]:
    tree = tree_of(SubscribersConfig(receiver="root", routes=routes))
    return [route.receiver for route in Router(tree).routes_of(found)]


def slowly(route: Route, found: Labels) -> list[Route]:
    """The same, as Alertmanager's documentation tells it, without an index."""
    taken: list[Route] = []
    for child in route.routes:
        if all_match(child.matchers, found):
            taken += slowly(child, found)
            if not child.continues:
                break
    return taken or [route]


def test_the_first_route_that_fits_takes_an_alert() -> None:
    no, yes, late = RouteConfig(matchers="kind=imposed", receiver="a"), RouteConfig(receiver="b"), RouteConfig(receiver="c")
    assert routed(no, yes, late) == ["b"]


def test_further_ones_are_asked_after_one_that_continues() -> None:
    assert routed(RouteConfig(receiver="a", continues=True), RouteConfig(receiver="b")) == ["a", "b"]


def test_what_no_route_takes_goes_to_the_roots_receiver() -> None:
    assert routed(RouteConfig(matchers="kind=imposed", receiver="a")) == ["root"]


def test_a_child_has_what_it_does_not_say_from_its_parent() -> None:
    child = RouteConfig(matchers="target=RUS", group_interval_secs=60)
    tree = tree_of(SubscribersConfig(receiver="root", routes=(RouteConfig(receiver="a", group_by="sender", routes=(child,)),)))
    (route,) = Router(tree).routes_of(LABELS)
    assert (route.receiver, route.group_by, route.group_interval, route.path) == ("a", ("sender",), timedelta(minutes=1), "0.0")
    assert not repeats(tree)


def test_one_receiver_gets_an_alert_once() -> None:
    assert routed(RouteConfig(receiver="a", continues=True), RouteConfig(receiver="a")) == ["a"]


@pytest.mark.parametrize(("group_by", "same"), [("...", False), ("sender", True), ("", True)])
def test_alerts_share_a_group_as_group_by_says(group_by: str, same: bool) -> None:
    route = tree_of(SubscribersConfig(receiver="root", group_by=group_by))
    other = labels(builders.alert(id="0" * 32))
    assert (group_of(route, LABELS) == group_of(route, other)) is same


VALUES = st.sampled_from(["a", "b", "c"])
MATCHERS = st.builds(
    lambda name, op, value: f"{name}{op}{value}",
    st.sampled_from(["kind", "sender", "target"]),
    st.sampled_from(["=", "!=", "=~"]),
    VALUES,
) | st.sampled_from(['sender=~"a|b"', 'target=~".*"', "violator=", ""])
LEAVES = st.builds(
    RouteConfig, matchers=st.lists(MATCHERS, max_size=2).map(lambda some: ",".join(filter(None, some))), continues=st.booleans()
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(RouteConfig, matchers=MATCHERS, continues=st.booleans(), routes=st.lists(inner, max_size=4).map(tuple)),
    max_leaves=15,
)


@given(
    st.lists(TREES, max_size=6),
    st.dictionaries(st.sampled_from(["kind", "sender", "target"]), st.lists(VALUES, min_size=1, max_size=2).map(tuple)),
)
def test_the_index_decides_as_the_walk_without_it(routes: list[RouteConfig], found: Labels) -> None:
    numbered = [_named(route, str(number)) for number, route in enumerate(routes)]
    tree = tree_of(SubscribersConfig(receiver="root", routes=tuple(numbered)))
    assert list(Router(tree).routes_of(found)) == slowly(tree, found)


def _named(route: RouteConfig, name: str) -> RouteConfig:
    inner = tuple(_named(child, f"{name}-{number}") for number, child in enumerate(route.routes))
    return RouteConfig(matchers=route.matchers, receiver=name, continues=route.continues, routes=inner)


def test_every_fault_of_the_tree_is_listed() -> None:
    config = SubscribersConfig(
        group_by="mood",
        routes=(RouteConfig(matchers="x=y", routes=(RouteConfig(matchers='kind=~"("'),)),),
        inhibit_rules=(InhibitConfig(source_matchers="kind", target_matchers="kind=a", equal="mood"),),
    )
    with pytest.raises(ConfigError) as caught:
        checked_config(config)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "subscribers.routes[0].matchers",
        "subscribers.routes[0].routes[0].matchers",
        "subscribers.group_by",
        "subscribers.inhibit_rules[0].source_matchers",
        "subscribers.inhibit_rules[0].equal",
    ]


def test_a_tree_is_drawn_a_line_a_route() -> None:
    tree = tree_of(SubscribersConfig(receiver="root", routes=(RouteConfig(matchers="kind=threat", receiver="a"),)))
    assert [line.partition("  [")[0] for line in drawn(tree)] == ["{} -> root", '  {kind="threat"} -> a']


RULE = InhibitConfig(source_matchers="kind=imposed", target_matchers="kind=considering", equal="sender, target")
CONSIDERING = builders.alert(kind="considering")


@pytest.mark.parametrize(
    ("change", "inhibits"),
    [
        ({}, True),
        ({"status": "retracted"}, False),
        ({"targets": (builders.UNITED_STATES,)}, False),
        ({"last_at": CONSIDERING.last_at + WINDOW * 1.1}, False),
        ({"id": CONSIDERING.id}, False),
    ],
)
def test_an_imposed_measure_mutes_considering_about_the_same(change: dict[str, object], inhibits: bool) -> None:
    imposed = builders.alert(**{"id": "1" * 32, "kind": "imposed", "family": "measure"} | change)
    held = Inhibitors(rules_of([RULE]))
    held.note(imposed, labels(imposed))
    assert bool(held.reason(CONSIDERING, labels(CONSIDERING))) is inhibits


def test_a_later_version_that_is_retracted_frees_what_was_muted() -> None:
    imposed = builders.alert(id="1" * 32, kind="imposed")
    held = Inhibitors(rules_of([RULE]))
    held.note(imposed, labels(imposed))
    gone = builders.alert(id="1" * 32, kind="imposed", version=2, status="retracted")
    held.note(gone, labels(gone))
    assert held.reason(CONSIDERING, labels(CONSIDERING)) == ""


def test_random_orders_of_sources_do_not_change_whether_one_inhibits() -> None:
    sources = [builders.alert(id=f"{number:032x}", kind="imposed") for number in range(5)]
    random.Random(7).shuffle(sources)
    held = Inhibitors(rules_of([RULE]))
    for source in sources:
        held.note(source, labels(source))
    assert held.reason(CONSIDERING, labels(CONSIDERING))
