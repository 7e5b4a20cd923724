"""The configuration: one TOML file, each key also as an environment variable, read once in the command line and passed down.

The dataclasses below are the whole table of keys. `deploy/config.example.toml` shows them all, and `deploy/config.schema.json` is
generated from them: `python -m connectors.config > deploy/config.schema.json`.

A key `[kafka] group_id` is overridden by `SANCTIONWIRE_KAFKA__GROUP_ID`. A secret may stand in a file of its own:
`sasl_password_file`, or `SANCTIONWIRE_KAFKA__SASL_PASSWORD_FILE`.

`load` lists every fault at once, with the key's full path. Variables of the prefix without a double underscore, such as
`SANCTIONWIRE_CONFIG`, are no keys and are left alone. Whether hosts, paths and models exist is asked by `sanctionwire check`.
"""

import ipaddress
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from connectors.errors import ConfigError
from connectors.settings import Secret, about, from_text, key_type, plain, read_table, schema_of, secret_keys, unknown

ENV_PREFIX = "SANCTIONWIRE_"
MAX_CONFIG_BYTES = 1024 * 1024
NEXT_STEP = "see deploy/config.example.toml for every key"

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
FeedKind = Literal["auto", "rss", "atom", "json", "sitemap", "page", "websub", "directory", "gdelt"]
EngineKind = Literal["embedded", "cluster"]
ReceiverKind = Literal["webhook", "slack", "mattermost", "email", "file", "csv", "own"]
SmtpSecurity = Literal["none", "starttls", "tls"]
WatchlistFormat = Literal["auto", "txt", "csv", "ftm"]
KEYS_OF_RECEIVER: dict[ReceiverKind, tuple[str, ...]] = {
    "webhook": ("url",),
    "slack": ("url",),
    "mattermost": ("url",),
    "email": ("to", "sender_address", "smtp_host"),
    "file": ("path",),
    "csv": ("path",),
    "own": ("own",),
}
KIND_OF_KEY: dict[str, FeedKind] = {"path": "directory", "selector": "page", "secret": "websub"}
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "console", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaConfig:
    """Where Kafka is and who we are to it."""

    bootstrap_servers: str = field(
        default="127.0.0.1:9092",
        metadata=about("Brokers to ask first, as host:port parted by commas.", pattern=r"[^\s,]+:\d+(,\s*[^\s,]+:\d+)*"),
    )
    topic_prefix: str = field(
        default="",
        metadata=about(
            "Put before the name of every topic, so that several installations share a cluster.", pattern=r"[a-zA-Z0-9._-]{0,100}"
        ),
    )
    group_id: str = field(
        default="sanctionwire-pipeline",
        metadata=about("Consumer group that holds the pipeline's offsets; resetting them is a replay.", pattern=r".{1,200}"),
    )
    transactional_id: str = field(
        default="sanctionwire-pipeline",
        metadata=about(
            "Name of the pipeline's transactions; a second pipeline with the same name takes over from the first.",
            pattern=r".{1,200}",
        ),
    )
    replication_factor: int | None = field(
        default=None,
        metadata=about(
            "Copies of each partition in topics that we create; left out: the broker's default.", minimum=1, maximum=32767
        ),
    )
    request_timeout_secs: float = field(
        default=30.0, metadata=about("How long a broker may take to answer before it counts as away.", minimum=1, maximum=600)
    )
    security_protocol: SecurityProtocol = field(default="PLAINTEXT", metadata=about("How to talk to the brokers."))
    sasl_mechanism: SaslMechanism | None = field(
        default=None, metadata=about("How to log in; needed with SASL_PLAINTEXT and SASL_SSL.")
    )
    sasl_username: str | None = field(default=None, metadata=about("User name for SASL."))
    sasl_password: Secret | None = field(default=None, metadata=about("Password for SASL."))
    ssl_cafile: Path | None = field(default=None, metadata=about("PEM file of the authorities to trust; left out: the system's."))
    ssl_certfile: Path | None = field(default=None, metadata=about("PEM file of our certificate, where the broker asks for one."))
    ssl_keyfile: Path | None = field(default=None, metadata=about("PEM file of our certificate's key."))
    ssl_key_password: Secret | None = field(default=None, metadata=about("Password of ssl_keyfile."))
    ssl_check_hostname: bool = field(default=True, metadata=about("Whether the broker's certificate must be for its host name."))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedConfig:
    """One feed."""

    id: str = field(
        metadata=about("Short name, part of the article's source; keep it.", pattern=r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}")
    )
    url: str | None = field(
        default=None, metadata=about("Address of the feed; a directory has none.", pattern=r"https?://\S{1,4000}")
    )
    kind: FeedKind = field(default="auto", metadata=about("What the feed is; auto looks at what comes."))
    path: Path | None = field(
        default=None, metadata=about("Directory or file to read articles from, - for stdin; needed with kind = directory.")
    )
    selector: str | None = field(
        default=None,
        metadata=about("CSS selector of the links to articles; needed with kind = page.", pattern=r".{1,1000}"),
    )
    secret: Secret | None = field(
        default=None, metadata=about("What a WebSub hub signs with; left out: one is drawn for each subscription.")
    )
    expected_every_hours: float | None = field(
        default=None,
        metadata=about("Hours after which it is an alarm that the feed brought nothing new.", minimum=0.1, maximum=8760),
    )
    poll_interval_secs: float | None = field(
        default=None, metadata=about("For this feed; left out: [feeds] poll_interval_secs.", minimum=1, maximum=86400)
    )
    min_poll_interval_secs: float | None = field(
        default=None, metadata=about("For this feed; left out: [feeds] min_poll_interval_secs.", minimum=1, maximum=86400)
    )
    max_poll_interval_secs: float | None = field(
        default=None, metadata=about("For this feed; left out: [feeds] max_poll_interval_secs.", minimum=1, maximum=604800)
    )
    language: str | None = field(
        default=None, metadata=about("ISO 639-1 code of its articles, where the feed does not say it.", pattern=r"[a-z]{2}")
    )
    fetch_pages: bool = field(
        default=True, metadata=about("Whether to fetch each article's page for its text, or to take the feed's.")
    )
    allow_private_addresses: bool = field(
        default=False, metadata=about("Whether the feed and its pages may be on this machine or in a private network.")
    )
    allow_addresses: str | None = field(
        default=None,
        metadata=about(
            "Private addresses and networks, parted by commas, where the feed and its pages may be; no others.",
            pattern=r"[0-9a-fA-F.:/]+(\s*,\s*[0-9a-fA-F.:/]+)*",
        ),
    )

    @property
    def leave(self) -> bool | tuple[str, ...]:
        """Which private addresses the feed may be led to: all, none, or those of some networks."""
        return self.allow_private_addresses or self.allowed_networks

    @property
    def allowed_networks(self) -> tuple[str, ...]:
        """The networks of `allow_addresses`."""
        return tuple(part.strip() for part in (self.allow_addresses or "").split(",") if part.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsConfig:
    """How all feeds are polled, and the feeds."""

    poll_interval_secs: float = field(
        default=300.0,
        metadata=about(
            "Seconds between two polls of a feed that brings one article an hour; busier ones are polled more often.",
            minimum=1,
            maximum=86400,
        ),
    )
    min_poll_interval_secs: float | None = field(
        default=None,
        metadata=about(
            "Seconds between two polls of the busiest feed; left out: a twentieth of poll_interval_secs, at least 60.",
            minimum=1,
            maximum=86400,
        ),
    )
    max_poll_interval_secs: float | None = field(
        default=None,
        metadata=about(
            "Seconds between two polls of the quietest feed; left out: 12 times poll_interval_secs.", minimum=1, maximum=604800
        ),
    )
    timeout_secs: float = field(default=20.0, metadata=about("Seconds that one fetch may take in all.", minimum=0.1, maximum=300))
    max_bytes: int = field(
        default=5_000_000, metadata=about("Bytes that one feed or page may have, unpacked.", minimum=1_000, maximum=100_000_000)
    )
    user_agent: str = field(
        default="sanctionwire/0.1", metadata=about("Name under which we fetch.", pattern=r"[\x21-\x7e][\x20-\x7e]{0,199}")
    )
    contact: str | None = field(
        default=None,
        metadata=about(
            "Mail address or page where publishers reach you; sent along with user_agent.", pattern=r"[\x21-\x7e]{1,200}"
        ),
    )
    state_path: Path = field(
        default=Path("var/feeds-state.sqlite"),
        metadata=about("File that remembers what was seen, so that a restart fetches nothing twice."),
    )
    list_path: Path = field(
        default=Path("var/feeds.toml"), metadata=about("File of further feeds, which `sanctionwire feeds add` writes.")
    )
    push_url: str | None = field(
        default=None,
        metadata=about(
            "Address under which WebSub hubs reach push_port from outside; left out: feeds of kind websub are polled alone.",
            pattern=r"https?://\S{1,1000}",
        ),
    )
    push_host: str = field(default="127.0.0.1", metadata=about("Address on which hubs are listened to.", pattern=r"\S{1,255}"))
    push_port: int = field(default=8089, metadata=about("Port on which hubs are listened to.", minimum=1, maximum=65535))
    feed: tuple[FeedConfig, ...] = field(default=(), metadata=about("The feeds, one [[feeds.feed]] table each."))


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineConfig:
    """What the stages of the pipeline do."""

    model: str = field(
        default="en_core_web_md", metadata=about("spaCy model: an installed package, or a path.", pattern=r".{1,1000}")
    )
    nlp_processes: int = field(
        default=2, metadata=about("Processes that read articles; each holds the model (about 0.5 GB).", minimum=1, maximum=64)
    )
    article_timeout_secs: float = field(
        default=30.0,
        metadata=about("Seconds that one article may take to read before it is a dead letter.", minimum=0.01, maximum=600),
    )
    near_copy_window_hours: float = field(
        default=72.0, metadata=about("How long an edited copy of a text is known as one.", minimum=1, maximum=720)
    )
    exact_copy_window_days: float = field(
        default=30.0, metadata=about("How long a copy of a text word by word is known as one.", minimum=1, maximum=365)
    )
    story_idle_hours: float = field(
        default=72.0, metadata=about("Hours without a new article after which a story is closed.", minimum=1, maximum=720)
    )
    story_max_days: float = field(
        default=14.0, metadata=about("Days after which a story is closed in any case.", minimum=1, maximum=90)
    )
    episode_gap_hours: float = field(
        default=72.0, metadata=about("Hours of silence after which the same act is a new alert.", minimum=1, maximum=720)
    )
    late_after_hours: float = field(
        default=72.0,
        metadata=about(
            "Hours between publication and arrival after which an article is late: it counts and raises nothing.",
            minimum=1,
            maximum=8760,
        ),
    )
    alert_when_late: bool = field(default=False, metadata=about("Whether late articles raise alerts as others do."))
    standby: bool = field(
        default=False,
        metadata=about("Whether this copy stands by while another works, and takes over when that one is gone; embedded engine."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """Which Beam engine runs the pipeline."""

    kind: EngineKind = field(
        default="embedded", metadata=about("embedded: Beam's Prism on this machine; cluster: a Beam job endpoint, such as Flink's.")
    )
    job_endpoint: str | None = field(
        default=None, metadata=about("host:port of the job endpoint; needed with kind = cluster.", pattern=r"\S+:\d+")
    )
    worker_endpoint: str | None = field(
        default=None,
        metadata=about(
            "host:port of the external worker pool, as the cluster sees it; needed with kind = cluster.", pattern=r"\S+:\d+"
        ),
    )
    reader_endpoint: str | None = field(
        default=None,
        metadata=about(
            "host:port of a worker pool of its own for the step that reads with the model; left out: worker_endpoint.",
            pattern=r"\S+:\d+",
        ),
    )
    parallelism: int = field(
        default=2, metadata=about("Copies of each step on a cluster, such as its slots; only readers gain.", minimum=1, maximum=128)
    )
    checkpoint_interval_secs: float = field(
        default=10.0, metadata=about("Seconds between two checkpoints of a cluster.", minimum=1, maximum=3600)
    )
    max_bundle_secs: float = field(
        default=0.2,
        metadata=about(
            "Seconds after which a cluster hands on what a step has; more is slower and cheaper.", minimum=0.01, maximum=10
        ),
    )
    job_retries: int = field(
        default=3,
        metadata=about(
            "Times that a cluster starts the job again by itself before the submitting process does.", minimum=0, maximum=1000
        ),
    )
    stall_after_secs: float = field(
        default=2400.0,
        metadata=about(
            "Seconds without a finished article, while some wait, after which a job on a cluster is given up; more than a batch "
            "may take: [pipeline] article_timeout_secs for each of max_records_per_bundle.",
            minimum=10,
            maximum=86400,
        ),
    )
    prism_location: Path | None = field(
        default=None, metadata=about("The Prism binary; left out: looked for, then fetched or built.")
    )
    max_read_time_secs: float = field(
        default=0.2,
        metadata=about(
            "Seconds that a reader collects before its articles go on; more is slower and cheaper.", minimum=0.01, maximum=10
        ),
    )
    max_records_per_bundle: int = field(
        default=64, metadata=about("Articles that go on together at most: about one batch of NLP.", minimum=1, maximum=10000)
    )
    poll_interval_secs: float = field(
        default=0.2,
        metadata=about("Seconds between two looks at a topic that has been read to its end.", minimum=0.01, maximum=60),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryConfig:
    """What is said about the running process."""

    log_level: LogLevel = field(default="info", metadata=about("Least level that is logged."))
    log_format: LogFormat = field(default="auto", metadata=about("auto: console on a terminal, JSON lines otherwise."))
    host: str = field(default="127.0.0.1", metadata=about("Address on which health and metrics are served.", pattern=r"\S{1,255}"))
    port: int | None = field(
        default=None,
        metadata=about("Port for /healthz, /readyz, /freshz and /metrics; left out: not served.", minimum=1, maximum=65535),
    )
    fresh_within_secs: float = field(
        default=300.0,
        metadata=about("Age of the oldest unfinished article above which /freshz says that we are late.", minimum=1, maximum=86400),
    )
    otlp_endpoint: str | None = field(
        default=None,
        metadata=about(
            "Address that takes OpenTelemetry spans by OTLP over HTTP; needs the package opentelemetry-exporter-otlp-proto-http.",
            pattern=r"https?://\S{1,1000}",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """The page and its API."""

    host: str = field(default="127.0.0.1", metadata=about("Address on which the page is served.", pattern=r"\S{1,255}"))
    port: int = field(default=8088, metadata=about("Port on which the page is served.", minimum=1, maximum=65535))
    state_path: Path = field(
        default=Path("var/web.sqlite"),
        metadata=about("File of the read model; it is filled from the topics and can be thrown away."),
    )
    tokens: Secret | None = field(
        default=None, metadata=about("Who may come in, one NAME:TOKEN a line; ` read` after it for those who may only read.")
    )
    trusted_proxies: str | None = field(
        default=None,
        metadata=about(
            "Addresses and networks, parted by commas, of proxies that say in user_header who asks.",
            pattern=r"[0-9a-fA-F.:/]+(\s*,\s*[0-9a-fA-F.:/]+)*",
        ),
    )
    user_header: str = field(
        default="X-Forwarded-User", metadata=about("Header in which a trusted proxy names who asks.", pattern=r"[A-Za-z0-9-]{1,64}")
    )
    allowed_hosts: str | None = field(
        default=None,
        metadata=about(
            "Names, parted by commas, under which browsers reach the page, beside those of this machine.", pattern=r"\S.{0,1000}"
        ),
    )
    false_mutes: bool = field(
        default=False, metadata=about("Whether a verdict `false` silences the like of it for the rest of the episode.")
    )

    @property
    def proxy_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks of `trusted_proxies`."""
        return tuple(ipaddress.ip_network(text, strict=False) for text in _parted(self.trusted_proxies))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverConfig:
    """One place that alerts are taken to."""

    name: str = field(
        metadata=about("Short name; routes name it, and deliveries are known by it. Keep it.", pattern=r"[\w.-]{1,60}")
    )
    kind: ReceiverKind = field(metadata=about("What takes alerts there."))
    url: Secret | None = field(default=None, metadata=about("Where a webhook is; chat services put a secret in it."))
    secret: Secret | None = field(default=None, metadata=about("Key of the HMAC-SHA256 that signs a webhook's body."))
    path: Path | None = field(default=None, metadata=about("File to append to: JSON lines for kind file, rows for kind csv."))
    own: str | None = field(
        default=None,
        metadata=about(
            "Your own receiver, for kind own: package.module:name, or the name of an entry point.", pattern=r"[\w.-]+(:\w+)?"
        ),
    )
    to: str | None = field(
        default=None, metadata=about("Mail addresses parted by commas.", pattern=r"[^\s,]+@[^\s,]+(\s*,\s*[^\s,]+@[^\s,]+)*")
    )
    sender_address: str | None = field(
        default=None, metadata=about("Mail address that mail comes from.", pattern=r"[^\s,]+@[^\s,]+")
    )
    smtp_host: str | None = field(default=None, metadata=about("Mail server.", pattern=r"\S{1,255}"))
    smtp_port: int = field(default=587, metadata=about("Port of the mail server.", minimum=1, maximum=65535))
    smtp_security: SmtpSecurity = field(default="starttls", metadata=about("How the connection to the mail server is encrypted."))
    smtp_username: str | None = field(default=None, metadata=about("Name to log in to the mail server with.", pattern=r".{1,255}"))
    smtp_password: Secret | None = field(default=None, metadata=about("Password to log in to the mail server with."))
    timeout_secs: float = field(default=10.0, metadata=about("Seconds that one try may take in all.", minimum=0.1, maximum=300))
    max_attempts: int = field(default=8, metadata=about("Tries after which a delivery is given up.", minimum=1, maximum=100))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupConfig:
    """How alerts are told together; what is left out is that of the route above."""

    group_by: str | None = field(
        default=None,
        metadata=about(
            "Labels, parted by commas, that make a group; empty for all in one, ... for each alert by itself, as it is at the root."
        ),
    )
    group_wait_secs: float | None = field(
        default=None, metadata=about("Seconds that a new group waits for more; at the root none.", minimum=0)
    )
    group_interval_secs: float | None = field(
        default=None, metadata=about("Seconds that news of a group waits after the group was told; at the root none.", minimum=0)
    )
    repeat_interval_secs: float | None = field(
        default=None, metadata=about("Seconds after which the same is told again; at the root never.", minimum=60)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteConfig(GroupConfig):
    """One route; what is left out is its parent's."""

    matchers: str = field(default="", metadata=about('Which alerts, such as kind="threat", target=~"RUS|BLR"; empty for all.'))
    receiver: str | None = field(default=None, metadata=about("Name of the receiver."))
    continues: bool = field(default=False, metadata=about("Whether the routes after this one are asked too."))
    routes: tuple["RouteConfig", ...] = field(default=(), metadata=about("Routes below this one."))


@dataclass(frozen=True, slots=True, kw_only=True)
class InhibitConfig:
    """One rule of inhibition."""

    source_matchers: str = field(metadata=about("Which alerts mute others.", pattern=r".+"))
    target_matchers: str = field(metadata=about("Which alerts are muted.", pattern=r".+"))
    equal: str = field(default="", metadata=about("Labels, parted by commas, in which the two have to be equal."))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribersConfig(GroupConfig):
    """Who gets which alerts: receivers, and the tree of routes to them."""

    receiver: str | None = field(default=None, metadata=about("Name of the receiver of what no route takes."))
    group_id: str = field(
        default="sanctionwire-subscribers",
        metadata=about("Consumer group that holds how far alerts have been delivered.", pattern=r".{1,200}"),
    )
    receivers: tuple[ReceiverConfig, ...] = field(default=(), metadata=about("Where alerts are taken."))
    routes: tuple[RouteConfig, ...] = field(
        default=(), metadata=about("Which alerts go where; the first that fits takes an alert.")
    )
    inhibit_rules: tuple[InhibitConfig, ...] = field(default=(), metadata=about("Which alerts mute which."))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistConfig:
    """One file of names to watch for."""

    name: str = field(metadata=about("Short name: the value of the label `watchlist`.", pattern=r"[\w.-]{1,60}"))
    path: Path = field(metadata=about("The file; it is read again when it changes."))
    format: WatchlistFormat = field(
        default="auto", metadata=about("txt: a name a line; csv: a table; ftm: FollowTheMoney entities; auto: by the file's name.")
    )
    threshold: float = field(
        default=0.85, metadata=about("Least score of a match; 1 is the same name in the same letters.", minimum=0.5, maximum=1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistsConfig:
    """Names that you bring, looked for in alerts."""

    lists: tuple[WatchlistConfig, ...] = field(default=(), metadata=about("The files, one [[watchlists.lists]] table each."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of it, one attribute for each section of the file."""

    kafka: KafkaConfig = field(default_factory=KafkaConfig)
    feeds: FeedsConfig = field(default_factory=FeedsConfig)
    pipeline: PipelineConfig = field(default_factory=PipelineConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)
    telemetry: TelemetryConfig = field(default_factory=TelemetryConfig)
    web: WebConfig = field(default_factory=WebConfig)
    subscribers: SubscribersConfig = field(default_factory=SubscribersConfig)
    watchlists: WatchlistsConfig = field(default_factory=WatchlistsConfig)


def load(path: Path | None, env: Mapping[str, str]) -> Config:
    """Return the configuration of a file, overridden by variables.

    Args:
        path: the TOML file; None for the defaults.
        env: the environment, usually `os.environ`.

    Raises:
        ConfigError: the file cannot be read, or keys are unknown, missing or wrong; `problems` lists all of them.
    """
    subject = "environment" if path is None else str(path)
    problems: list[str] = []
    tables = _overridden({} if path is None else _parse(path), env, problems)
    config = read_table(Config, tables, "", problems)
    problems += [] if config is None else _broken_relations(config)
    if problems or not isinstance(config, Config):
        raise ConfigError(subject, tuple(problems), NEXT_STEP)
    return config


def dump(config: Config) -> dict[str, Any]:
    """Return the configuration as plain values by section and key, secrets as asterisks."""
    shown: dict[str, Any] = plain(config)
    return shown


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sanctionwire:schema:config:v1",
        "title": "Sanctionwire configuration",
    }
    return head | schema_of(Config)


def env_name(section: str, key: str) -> str:
    """Return the variable that overrides a key."""
    return f"{ENV_PREFIX}{section}__{key}".upper()


def _parse(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), (f"cannot be read: {error.strerror}",), "name an existing file") from error
    if len(content) > MAX_CONFIG_BYTES:
        raise ConfigError(str(path), (f"has {len(content)} bytes, more than {MAX_CONFIG_BYTES}",), NEXT_STEP)
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except ValueError as error:  # tomllib.TOMLDecodeError and UnicodeDecodeError are such
        raise ConfigError(str(path), (f"is not TOML: {error}",), NEXT_STEP) from error


def _overridden(tables: Mapping[str, Any], env: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """Return `tables` with the variables of our prefix put in; a variable that names no key is a problem."""
    merged = {name: dict(table) if isinstance(table, dict) else table for name, table in tables.items()}
    annotations = _annotations()
    for variable, section, key in _variables(env):
        annotation = annotations.get((section, key))
        if annotation is None:
            problems.append(f"{variable}: {unknown(variable, [env_name(*place) for place in annotations])}")
        elif isinstance(table := merged.setdefault(section, {}), dict):
            for other in _other_forms(section, key):
                table.pop(other, None)
            table[key] = from_text(annotation, env[variable])
    return merged


def _variables(env: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (variable, section, key) for each variable that looks like a key, in the order of their names."""
    for variable in sorted(env):
        section, separator, key = variable.removeprefix(ENV_PREFIX).partition("__")
        if variable.startswith(ENV_PREFIX) and separator:
            yield variable, section.lower(), key.lower()


def _annotations() -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for section in fields(Config):
        section_class = key_type(Config, section.name)
        found |= {(section.name, key.name): key_type(section_class, key.name) for key in fields(section_class)}
        found |= {(section.name, f"{name}_file"): str | None for name in secret_keys(section_class)}
    return found


def _other_forms(section: str, key: str) -> tuple[str, ...]:
    """Return the other way to give the same secret, which an override replaces."""
    secrets = secret_keys(key_type(Config, section))
    return tuple(f"{name}_file" if key == name else name for name in secrets if key in (name, f"{name}_file"))


def _broken_relations(config: Config) -> list[str]:
    return [
        *_broken_in_kafka(config.kafka),
        *broken_in_feeds(config.feeds),
        *_broken_in_engine(config.engine),
        *_broken_in_web(config.web),
        *_broken_in_subscribers(config.subscribers),
        *_broken_in_watchlists(config.watchlists),
    ]


def _broken_in_kafka(kafka: KafkaConfig) -> Iterator[str]:
    needs_login = kafka.security_protocol.startswith("SASL")
    for key in ("sasl_mechanism", "sasl_username", "sasl_password"):
        if needs_login and getattr(kafka, key) is None:
            yield f"kafka.{key}: is missing, and kafka.security_protocol is {kafka.security_protocol}"
        if not needs_login and getattr(kafka, key) is not None:
            yield f"kafka.{key}: is given, and kafka.security_protocol is {kafka.security_protocol}, which does not log in"
    if (kafka.ssl_certfile is None) != (kafka.ssl_keyfile is None):
        yield "kafka.ssl_certfile: goes with kafka.ssl_keyfile; give both or neither"


def broken_in_feeds(feeds: FeedsConfig) -> Iterator[str]:
    """Yield what is wrong between the keys of feeds, as `path: what is wrong`."""
    first = {feed.id: index for index, feed in reversed(list(enumerate(feeds.feed)))}
    for index, feed in enumerate(feeds.feed):
        if first[feed.id] != index:
            yield f"feeds.feed[{index}].id: {feed.id!r} is also the id of feeds.feed[{first[feed.id]}]"
        yield from _broken_in_feed(feed, f"feeds.feed[{index}]")
    yield from _broken_interval(feeds, feeds, "feeds")
    for index, feed in enumerate(feeds.feed):
        yield from _broken_interval(feed, feeds, f"feeds.feed[{index}]")


def _broken_in_feed(feed: FeedConfig, path: str) -> Iterator[str]:
    """Yield each key that the feed's kind needs and does not have, or has and does not take."""
    needed = "path" if feed.kind == "directory" else "url"
    if getattr(feed, needed) is None:
        yield f"{path}.{needed}: is missing"
    if feed.kind == "page" and feed.selector is None:
        yield f"{path}.selector: is missing, and {path}.kind is page"
    if feed.allow_addresses is not None and feed.allow_private_addresses:
        yield f"{path}.allow_addresses: is given, and allow_private_addresses allows more; leave one of them out"
    yield from (
        f"{path}.allow_addresses: {text!r} is no address or network" for text in feed.allowed_networks if not _is_network(text)
    )
    for key, kind in KIND_OF_KEY.items():
        if getattr(feed, key) is not None and feed.kind != kind:
            yield f"{path}.{key}: is given, and {path}.kind is {feed.kind}, not {kind}"


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _broken_interval(table: FeedsConfig | FeedConfig, feeds: FeedsConfig, path: str) -> Iterator[str]:
    """Yield the bounds that a table gives and that leave no place for its interval."""
    interval = table.poll_interval_secs or feeds.poll_interval_secs
    least = table.min_poll_interval_secs
    most = table.max_poll_interval_secs
    if least is not None and least > interval:
        yield f"{path}.min_poll_interval_secs: {least:g} is more than poll_interval_secs, {interval:g}"
    if most is not None and most < interval:
        yield f"{path}.max_poll_interval_secs: {most:g} is less than poll_interval_secs, {interval:g}"


def _broken_in_engine(engine: EngineConfig) -> Iterator[str]:
    for key in ("job_endpoint", "worker_endpoint"):
        if engine.kind == "cluster" and getattr(engine, key) is None:
            yield f"engine.{key}: is missing, and engine.kind is cluster"


def _broken_in_web(web: WebConfig) -> Iterator[str]:
    wrong = [text for text in _parted(web.trusted_proxies) if not _is_network(text)]
    yield from (f"web.trusted_proxies: {text!r} is no address or network" for text in wrong)
    if web.tokens is None and web.trusted_proxies is None and not _is_loopback(web.host):
        yield f"web.host: {web.host} can be reached from other machines, and no web.tokens or web.trusted_proxies says who may"


def _broken_in_subscribers(subscribers: SubscribersConfig) -> Iterator[str]:
    names = [receiver.name for receiver in subscribers.receivers]
    for index, receiver in enumerate(subscribers.receivers):
        path = f"subscribers.receivers[{index}]"
        if receiver.name in names[:index]:
            yield f"{path}.name: {receiver.name!r} is also the name of another receiver"
        yield from (
            f"{path}.{key}: is missing, and {path}.kind is {receiver.kind}"
            for key in KEYS_OF_RECEIVER[receiver.kind]
            if getattr(receiver, key) is None
        )
        if receiver.url is not None and not receiver.url.value.startswith(("http://", "https://")):
            yield f"{path}.url: is no address that begins with http:// or https://"
        if (receiver.smtp_username is None) != (receiver.smtp_password is None):
            yield f"{path}.smtp_username: goes with smtp_password; give both or neither"
        if receiver.smtp_password is not None and receiver.smtp_security == "none" and not _is_loopback(receiver.smtp_host or ""):
            yield f"{path}.smtp_password: would be sent as it is, since smtp_security is none; choose starttls or tls"
    if names and subscribers.receiver is None:
        yield "subscribers.receiver: is missing; name the receiver of what no route takes"
    yield from _broken_receiver(subscribers.receiver, names, "subscribers")
    yield from _broken_in_routes(subscribers.routes, names, "subscribers")


def _broken_in_routes(routes: tuple[RouteConfig, ...], names: list[str], path: str) -> Iterator[str]:
    for index, route in enumerate(routes):
        here = f"{path}.routes[{index}]"
        yield from _broken_receiver(route.receiver, names, here)
        yield from _broken_in_routes(route.routes, names, here)


def _broken_receiver(name: str | None, names: list[str], path: str) -> Iterator[str]:
    if name is not None and name not in names:
        yield f"{path}.receiver: {name!r} is the name of no receiver"


def _broken_in_watchlists(watchlists: WatchlistsConfig) -> Iterator[str]:
    names = [one.name for one in watchlists.lists]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"watchlists.lists[{index}].name: {name!r} is also the name of another list"


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_network(host) and ipaddress.ip_network(host, strict=False).is_loopback)


def _parted(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
