"""From the configuration of a receiver to the receiver: one line for each kind, and how one of your own is found."""

import importlib
import time
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from connectors.config import ReceiverConfig
from connectors.errors import ConfigError
from connectors.settings import Secret
from connectors.subscribers.chat import Chat, mattermost_message, slack_message
from connectors.subscribers.exports.csv_file import CsvFile
from connectors.subscribers.http import Poster
from connectors.subscribers.jsonl import JsonLinesFile
from connectors.subscribers.mail import Mail
from connectors.subscribers.receivers import Receiver
from connectors.subscribers.webhook import Webhook
from connectors.subscribers.words import NO_NAMES, Names

ENTRY_POINTS = "sanctionwire.receivers"


def receiver_of(config: ReceiverConfig, names: Names = NO_NAMES) -> Receiver:
    """Return the receiver that a table of the configuration describes.

    Args:
        config: the table, checked.
        names: reference names by id.

    Raises:
        ConfigError: a receiver of the user's own cannot be found or made.
    """
    match config.kind:
        case "webhook":
            return Webhook(_poster(config), config.secret, time.time, names)
        case "slack":
            return Chat(_poster(config), slack_message, names)
        case "mattermost":
            return Chat(_poster(config), mattermost_message, names)
        case "email":
            return Mail(config, names)
        case "file":
            assert config.path is not None  # noqa: S101 -- the configuration was checked
            return JsonLinesFile(config.path, names)
        case "csv":
            assert config.path is not None  # noqa: S101 -- the configuration was checked
            return CsvFile(config.path, names)
        case "own":
            return _own(config)


def _poster(config: ReceiverConfig) -> Poster:
    return Poster(config.url or Secret(""), config.timeout_secs)


def _own(config: ReceiverConfig) -> Receiver:
    named = config.own or ""
    try:
        made: Receiver = _found(named)(config)
    except Exception as error:
        step = f"name package.module:Class, or an entry point of the group {ENTRY_POINTS}; it is called with its configuration"
        raise ConfigError(f"receiver {config.name}", (f"{named} cannot be made: {type(error).__name__}",), step) from error
    return made


def _found(named: str) -> Callable[..., Any]:
    module, colon, name = named.partition(":")
    if colon:
        found: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return found
    (entry,) = entry_points(group=ENTRY_POINTS, name=named)
    loaded: Callable[..., Any] = entry.load()
    return loaded
