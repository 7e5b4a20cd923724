"""The newest version of each alert, from the topics as they stand now.

The topics hold every version until they are compacted, and may hold more alerts than fit into memory. So they are read twice: first
for where the newest record of each alert stands, which takes no decoding, then for the records themselves. An alert that changes
between the two readings, and whose older record is compacted away just then, is given in its new version.
"""

from collections.abc import Callable, Iterable, Iterator

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.subscribers.reader import read_messages

Read = Callable[[], Iterable[Stored]]


def newest_of_each(read: Read, on_bad: Callable[[Stored, MessageError], None]) -> Iterator[Alert]:
    """Yield each alert once, in the order of their topics; a deleted alert is none.

    Args:
        read: reads the topics from their beginning to their end.
        on_bad: takes what cannot be decoded.
    """
    last: dict[tuple[str, bytes], int] = {}
    for stored in read():
        key = _key(stored)
        if stored.value is None:
            last.pop(key, None)
        else:
            last[key] = stored.position.offset
    yield from read_messages(Alert, _kept(read(), last), on_bad)


def _kept(records: Iterable[Stored], last: dict[tuple[str, bytes], int]) -> Iterator[Stored]:
    for stored in records:
        key = _key(stored)
        if key in last and stored.position.offset >= last[key]:
            del last[key]
            yield stored


def _key(stored: Stored) -> tuple[str, bytes]:
    """Return what a record is the newest of; one without a key, which only a stranger writes, stands for itself."""
    return stored.topic.name, stored.key or str(stored.position).encode()
