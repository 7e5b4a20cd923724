"""Dead letters in hand: which stand on the topic, which are open, and how one is settled.

Observed: a letter is refused for a reason that passes (a reader that hung, a release that did not know a version) or for one that
stays (garbage). The first kind is to be read again, the second to be put away, and neither may vanish without a word.

Theory: nothing is ever deleted. Whoever settles a letter appends a record without a value that names it: *retried* or *dropped*,
and why. A retry appends the article's own record to `articles` once more, bytes and headers as they were, in the same transaction,
so there is no moment at which a letter is settled and not retried. The second reading goes through the same graph; if the article
is refused again, that is a new letter.

Assumes that the article still stands where the letter says, which holds for a year (`connectors.topics`). Known to be wrong: a
reader that takes the tombstones of `dead-letters` for letters must skip records without a value.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from connectors.config import KafkaConfig
from connectors.errors import MessageError, SanctionwireError
from connectors.kafka import Stored, broker_errors, producer, publish, read_all, read_at, topic_name
from connectors.messages.codec import Record, decode_dead_letter
from connectors.messages.dead_letter import DeadLetter
from connectors.topics import ARTICLES, DEAD_LETTERS

How = Literal["retried", "dropped"]

SETTLED_TYPE = "sanctionwire.dead_letter_settled.v1"
RETRY_HEADER = "sanctionwire_retry_of"  # on a record of `articles`: the id of the letter that it answers
MAX_NOTE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a letter: how, when, and the words of whoever did it."""

    how: How
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter as it stands on its topic.

    Attributes:
        id: `partition-offset` on the topic.
        letter: what was refused, where, and why.
        refused_at: when it was written.
        settled: None while it is open.
    """

    id: str
    letter: DeadLetter
    refused_at: datetime
    settled: Settlement | None = None


def letters_of(records: Iterable[Stored]) -> tuple[Letter, ...]:
    """Return the letters among records of the topic, oldest first, each with its last settlement; others are passed over."""
    found: dict[str, Letter] = {}
    for stored in records:
        named = {name: (value or b"").decode("utf-8", "backslashreplace") for name, value in stored.headers}
        at = datetime.fromtimestamp(stored.timestamp_ms / 1000, UTC)
        if named.get("ce_type") == SETTLED_TYPE:
            _settle(found, named, at)
            continue
        try:
            letter = decode_dead_letter(stored.key, stored.value, stored.headers)
        except MessageError:
            continue
        found_id = f"{stored.position.partition}-{stored.position.offset}"
        found[found_id] = Letter(id=found_id, letter=letter, refused_at=at)
    return tuple(found.values())


def _settle(found: dict[str, Letter], named: dict[str, str], at: datetime) -> None:
    letter = found.get(named.get("ce_subject", ""))
    how = named.get("ce_how")
    if letter is not None and how in ("retried", "dropped"):
        settled = Settlement(how="retried" if how == "retried" else "dropped", at=at, note=named.get("ce_note", ""))
        found[letter.id] = replace(letter, settled=settled)


def settlement(letter: Letter, how: How, note: str) -> tuple[tuple[str, bytes], ...]:
    """Return the headers of the record that settles a letter; it has the letter's key and no value."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": f"{letter.id}.{how}",
        "ce_type": SETTLED_TYPE,
        "ce_source": "/sanctionwire/operators",
        "ce_subject": letter.id,
        "ce_how": how,
        "ce_note": " ".join(note.split())[:MAX_NOTE_CHARACTERS],
    }
    return tuple((name, text.encode("utf-8", "backslashreplace")) for name, text in attributes.items())


def again(original: Stored, letter: Letter) -> Record:
    """Return the record that puts a refused article on the log once more: its own bytes, and whose retry it is.

    A header without a value becomes an empty one, since the client cannot write the former.
    """
    kept = tuple((name, value or b"") for name, value in original.headers if name != RETRY_HEADER)
    return Record(original.key or b"", original.value or b"", (*kept, (RETRY_HEADER, letter.id.encode())))


def is_retry(headers: Iterable[tuple[str, bytes | None]]) -> bool:
    """Whether a record of `articles` answers a dead letter: its article was taken before, and refused."""
    return any(name == RETRY_HEADER for name, _ in headers)


def read_letters(config: KafkaConfig) -> tuple[Letter, ...]:
    """Return all letters on the topic, oldest first.

    Raises:
        TopicError, BrokerError: the topic cannot be read.
    """
    return letters_of(read_all(config, [DEAD_LETTERS]))


def chosen(letters: Sequence[Letter], ids: Sequence[str], stage: str | None) -> tuple[Letter, ...]:
    """Return the open letters with these ids, or of a stage; all open ones where neither is given.

    Raises:
        SanctionwireError: an id names no letter, or one that is settled.
    """
    by_id = {letter.id: letter for letter in letters}
    for letter_id in ids:
        known = by_id.get(letter_id)
        if known is None:
            raise SanctionwireError(letter_id, "no dead letter has this id", "sanctionwire dlq list")
        if known.settled is not None:
            raise SanctionwireError(letter_id, f"was {known.settled.how} already", "sanctionwire dlq list --all shows when and why")
    wanted = [by_id[letter_id] for letter_id in dict.fromkeys(ids)] if ids else list(letters)
    return tuple(letter for letter in wanted if letter.settled is None and stage in (None, letter.letter.stage))


def retry(config: KafkaConfig, letters: Sequence[Letter], note: str, now_ms: int) -> None:
    """Put the articles of these letters on the log again, and settle the letters, all in one transaction.

    Raises:
        SanctionwireError: an article is no longer in the log; nothing was done.
        FencedError: somebody else settles letters at this moment; nothing was done.
        BrokerError: the brokers cannot be reached; nothing was done.
    """
    originals = {
        (stored.position.partition, stored.position.offset): stored for stored in read_at(config, ARTICLES, map(_place, letters))
    }
    missing = next((letter for letter in letters if _place(letter) not in originals), None)
    if missing is not None:
        step = f"sanctionwire dlq show {missing.id} --raw prints its bytes; sanctionwire dlq drop {missing.id} puts it away"
        raise SanctionwireError(missing.id, "its article is no longer in the log", step)
    _publish(config, [again(originals[_place(letter)], letter) for letter in letters], letters, ("retried", note), now_ms)


def drop(config: KafkaConfig, letters: Sequence[Letter], note: str, now_ms: int) -> None:
    """Settle these letters without reading them again.

    Raises:
        FencedError, BrokerError: as `retry`.
    """
    _publish(config, [], letters, ("dropped", note), now_ms)


def _place(letter: Letter) -> tuple[int, int]:
    return letter.letter.origin.partition, letter.letter.origin.offset


def _publish(
    config: KafkaConfig, articles: Sequence[Record], letters: Sequence[Letter], settled: tuple[How, str], now_ms: int
) -> None:
    log, own = topic_name(config, ARTICLES), topic_name(config, DEAD_LETTERS)
    with broker_errors(config), closing(producer(config, transactional_id=f"{config.transactional_id}-dead-letters")) as kafka:
        kafka.init_transactions()
        kafka.begin_transaction()
        for article in articles:
            publish(kafka, log, article, now_ms)
        for letter in letters:
            kafka.send(own, key=letter.letter.key, value=None, headers=list(settlement(letter, *settled)), timestamp_ms=now_ms)
        kafka.commit_transaction()
