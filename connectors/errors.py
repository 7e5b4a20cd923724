"""Every error that Sanctionwire raises on purpose.

    SanctionwireError
    ├── ConfigError            a configuration file or variable is wrong; lists every bad key
    ├── MessageError           a message cannot be decoded; names the field
    │   ├── UnknownVersionError    a major version that this release does not know
    │   ├── MissingFieldError      a required field is absent
    │   ├── WrongTypeError         a field holds a value of another type
    │   ├── WrongValueError        a field's type is right and its value is not allowed
    │   ├── NotTextError           the value is not UTF-8, or not one JSON object
    │   └── TooLargeError          the value or a text in it is over its limit
    ├── FeedError              a feed cannot be fetched or read
    │   ├── FetchError             the server did not give what was asked for
    │   └── UnsafeAddressError     an address that must not be reached from here
    ├── WatchlistError         a file of names to watch for cannot be used
    ├── BrokerError            Kafka cannot be reached or refused
    │   ├── TopicError             a topic is missing or not as the topics table says
    │   └── FencedError            another copy of the job has taken over
    ├── StackError             the one-machine stack cannot be set up or started
    ├── EngineError            the Beam engine cannot be found or started, or it died
    └── ModelError             the language model cannot be loaded

An error says what it is about (`subject`), what is wrong (`problem`) and what to do (`next_step`).
"""


class SanctionwireError(Exception):
    """Root of the tree.

    Args:
        subject: the thing that is wrong: a path, a key, a field, a topic, a URL.
        problem: what is wrong with it, in one clause.
        next_step: what the reader can do about it.
    """

    def __init__(self, subject: str, problem: str, next_step: str = "") -> None:
        super().__init__(subject, problem, next_step)
        self.subject = subject
        self.problem = problem
        self.next_step = next_step

    def __str__(self) -> str:
        step = f" ({self.next_step})" if self.next_step else ""
        return f"{self.subject}: {self.problem}{step}"


class ConfigError(SanctionwireError):
    """A configuration is wrong; `problems` lists all of it, one `path: problem` each."""

    def __init__(self, subject: str, problems: tuple[str, ...], next_step: str = "") -> None:
        super().__init__(subject, "; ".join(problems), next_step)
        self.problems = problems

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[str, tuple[str, ...], str]]:
        return type(self), (self.subject, self.problems, self.next_step)


class MessageError(SanctionwireError):
    """A message cannot be decoded; `subject` is the path of the field, such as `Article.published_at`."""


class UnknownVersionError(MessageError):
    """The message is of a major version that this release does not know."""


class MissingFieldError(MessageError):
    """A required field is absent."""


class WrongTypeError(MessageError):
    """A field holds a value of another type."""


class WrongValueError(MessageError):
    """A field's type is right and its value is not allowed."""


class NotTextError(MessageError):
    """The value is not UTF-8, or not one JSON object."""


class TooLargeError(MessageError):
    """The value, or a text in it, is over its limit."""


class FeedError(SanctionwireError):
    """A feed cannot be fetched or read."""


class FetchError(FeedError):
    """The server did not give what was asked for."""


class UnsafeAddressError(FeedError):
    """An address that must not be reached from here."""


class WatchlistError(SanctionwireError):
    """A file of names to watch for cannot be read, or holds none; `subject` is the file, with the line where there is one."""


class BrokerError(SanctionwireError):
    """Kafka cannot be reached, or refused."""


class TopicError(BrokerError):
    """A topic is missing or is not as the topics table says."""


class FencedError(BrokerError):
    """Another copy of the job has taken over this one's transactions."""


class StackError(SanctionwireError):
    """The one-machine stack cannot be set up or started."""


class EngineError(SanctionwireError):
    """The Beam engine cannot be found or started, or it died."""


class ModelError(SanctionwireError):
    """The language model cannot be loaded."""
