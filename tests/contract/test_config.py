"""The configuration: what is read from where, what is said of faults, and that its documents equal the code."""

import json
import pickle
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.config import Config, FeedConfig, dump, env_name, load, schema
from connectors.errors import ConfigError
from connectors.settings import Secret, key_type, secret_keys

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy" / "config.example.toml"
SCHEMA = ROOT / "deploy" / "config.schema.json"
SASL = """
[kafka]
security_protocol = "SASL_SSL"
sasl_mechanism = "PLAIN"
sasl_username = "reader"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sanctionwire.toml"


def problems(path: Path | None, env: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, env)
    return caught.value.problems


def keys() -> Iterator[tuple[str, str]]:
    for section in fields(Config):
        for key in fields(key_type(Config, section.name)):
            yield section.name, key.name


def uncommented(text: str) -> str:
    """Return the example with its commented keys and tables put in force."""
    return re.sub(r"^# (?=\[\[|\w+ = )", "", text, flags=re.MULTILINE)


class TestSources:
    def test_without_file_and_variables_there_are_defaults(self) -> None:
        assert load(None, {}) == Config()

    def test_a_file_replaces_defaults(self, file: Path) -> None:
        file.write_text('[kafka]\ntopic_prefix = "test."\n[telemetry]\nport = 9464\n')
        config = load(file, {})
        assert (config.kafka.topic_prefix, config.kafka.group_id, config.telemetry.port) == ("test.", "sanctionwire-pipeline", 9464)

    def test_a_variable_replaces_the_file(self, file: Path) -> None:
        file.write_text('[kafka]\nbootstrap_servers = "a:1"\n')
        assert load(file, {"SANCTIONWIRE_KAFKA__BOOTSTRAP_SERVERS": "b:2,c:3"}).kafka.bootstrap_servers == "b:2,c:3"

    @pytest.mark.parametrize(
        ("variable", "text", "section", "key", "value"),
        [
            ("SANCTIONWIRE_PIPELINE__NLP_PROCESSES", "4", "pipeline", "nlp_processes", 4),
            ("SANCTIONWIRE_ENGINE__MAX_READ_TIME_SECS", "1", "engine", "max_read_time_secs", 1.0),
            ("SANCTIONWIRE_KAFKA__SSL_CHECK_HOSTNAME", "no", "kafka", "ssl_check_hostname", False),
            ("SANCTIONWIRE_FEEDS__STATE_PATH", "/tmp/x", "feeds", "state_path", Path("/tmp/x")),
            ("SANCTIONWIRE_TELEMETRY__LOG_LEVEL", "debug", "telemetry", "log_level", "debug"),
            ("SANCTIONWIRE_TELEMETRY__PORT", "", "telemetry", "port", None),
        ],
    )
    def test_a_variable_is_read_as_its_keys_type(self, variable: str, text: str, section: str, key: str, value: object) -> None:
        found = getattr(getattr(load(None, {variable: text}), section), key)
        assert (found, type(found)) == (value, type(value))

    def test_feeds_can_be_a_variable_too(self) -> None:
        feeds = load(None, {"SANCTIONWIRE_FEEDS__FEED": '[{"id": "a", "url": "https://a.example/feed"}]'}).feeds.feed
        assert feeds == (FeedConfig(id="a", url="https://a.example/feed"),)

    def test_variables_that_are_no_keys_are_left_alone(self) -> None:
        assert load(None, {"SANCTIONWIRE_CONFIG": "x", "PATH": "/bin", "KAFKA__GROUP_ID": "x"}) == Config()

    def test_every_key_has_a_variable(self) -> None:
        for section, key in keys():
            assert not any("no known key" in problem for problem in _problems_or_none({env_name(section, key): "1"}))

    def test_it_can_be_sent_to_another_process(self) -> None:
        config = load(None, {"SANCTIONWIRE_FEEDS__FEED": '[{"id": "a", "url": "https://a.example/feed"}]'})
        assert pickle.loads(pickle.dumps(config)) == config


def _problems_or_none(env: dict[str, str]) -> tuple[str, ...]:
    try:
        load(None, env)
    except ConfigError as error:
        return error.problems
    return ()


class TestFaults:
    def test_all_of_them_are_listed_at_once(self, file: Path) -> None:
        file.write_text(
            '[kafka]\nrequest_timeout_secs = "ten"\ntopic_prefx = "x"\n'
            '[telemetry]\nport = 70000\nlog_level = "warn"\n'
            '[[feeds.feed]]\nurl = "https://a.example"\n'
            '[[feeds.feed]]\nid = "b"\nurl = "ftp://b.example"\n[feed]\n'
        )
        assert problems(file, {"SANCTIONWIRE_ENGINE__KIND": "flink"}) == (
            "feed: is no known key; did you mean feeds?",
            "kafka.topic_prefx: is no known key; did you mean topic_prefix?",
            "kafka.request_timeout_secs: expected a number, got a text 'ten'",
            "telemetry.port: 70000 is more than 65535",
            "telemetry.log_level: expected one of 'debug', 'info', 'warning', 'error', got 'warn'; did you mean 'warning'?",
            "feeds.feed[0].id: is missing",
            r"feeds.feed[1].url: 'ftp://b.example' does not have the form https?://\S{1,4000}",
            "engine.kind: expected one of 'embedded', 'cluster', got 'flink'",
        )

    def test_a_variable_near_a_key_gets_a_hint(self) -> None:
        found = problems(None, {"SANCTIONWIRE_KAFKA__GROUPID": "x"})
        assert found == ("SANCTIONWIRE_KAFKA__GROUPID: is no known key; did you mean SANCTIONWIRE_KAFKA__GROUP_ID?",)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("pipeline = 3", "pipeline: expected a table, got a whole number 3"),
            ("[pipeline]\nnlp_processes = true", "pipeline.nlp_processes: expected a whole number, got true or false True"),
            ("[pipeline]\nnlp_processes = 1.5", "pipeline.nlp_processes: expected a whole number, got a number 1.5"),
            ("[pipeline]\nnlp_processes = 0", "pipeline.nlp_processes: 0 is less than 1"),
            ("[pipeline]\nstory_max_days = nan", "pipeline.story_max_days: nan is less than 1"),
            ("[pipeline]\nstory_max_days = inf", "pipeline.story_max_days: inf is more than 90"),
            ("[pipeline]\nmodel = ''", "pipeline.model: '' does not have the form .{1,1000}"),
            ("[kafka]\nssl_cafile = 1", "kafka.ssl_cafile: expected a text, got a whole number 1"),
            ("[feeds]\nfeed = 'x'", "feeds.feed: expected a list of tables, got a text 'x'"),
            ("[feeds]\nfeed = [1]", "feeds.feed[0]: expected a table, got a whole number 1"),
            ('"\x1b[31m" = 1'.replace("\x1b", "\\u001b"), "'\\x1b[31m': is no known key"),
        ],
    )
    def test_a_wrong_value_is_named_by_its_path(self, file: Path, text: str, problem: str) -> None:
        file.write_text(text)
        assert problems(file, {}) == (problem,)

    def test_a_long_value_is_cut(self, file: Path) -> None:
        file.write_text(f"[telemetry]\nlog_level = '{'x' * 10_000}'")
        assert len(problems(file, {})[0]) < 250

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("[kafka]\nsecurity_protocol = 'SASL_SSL'\nsasl_mechanism = 'PLAIN'", "kafka.sasl_username: is missing"),
            ("[kafka]\nsasl_username = 'x'", "kafka.sasl_username: is given, and kafka.security_protocol is PLAINTEXT"),
            ("[kafka]\nssl_keyfile = 'x'", "kafka.ssl_certfile: goes with kafka.ssl_keyfile"),
            ("[engine]\nkind = 'cluster'\nworker_endpoint = 'a:1'", "engine.job_endpoint: is missing"),
            (
                "[[feeds.feed]]\nid = 'a'\nurl = 'http://a'\n[[feeds.feed]]\nid = 'a'\nurl = 'http://b'",
                "feeds.feed[1].id: 'a' is also the id of feeds.feed[0]",
            ),
            ("[[feeds.feed]]\nid = 'a'", "feeds.feed[0].url: is missing"),
            ("[[feeds.feed]]\nid = 'a'\nkind = 'directory'", "feeds.feed[0].path: is missing"),
            ("[[feeds.feed]]\nid = 'a'\nkind = 'page'\nurl = 'http://a'", "feeds.feed[0].selector: is missing"),
            (
                "[[feeds.feed]]\nid = 'a'\nurl = 'http://a'\nsecret = 's'",
                "feeds.feed[0].secret: is given, and feeds.feed[0].kind is auto, not websub",
            ),
            ("[feeds]\nmin_poll_interval_secs = 400", "feeds.min_poll_interval_secs: 400 is more than poll_interval_secs, 300"),
            (
                "[[feeds.feed]]\nid = 'a'\nurl = 'http://a'\nmax_poll_interval_secs = 60",
                "feeds.feed[0].max_poll_interval_secs: 60 is less than poll_interval_secs, 300",
            ),
        ],
    )
    def test_keys_that_do_not_go_together_are_named(self, file: Path, text: str, problem: str) -> None:
        file.write_text(text)
        assert problems(file, {})[0].startswith(problem)

    def test_a_file_that_is_not_there_is_named(self, file: Path) -> None:
        assert problems(file, {}) == ("cannot be read: No such file or directory",)

    @pytest.mark.parametrize("content", [b"kafka = ", b"\xff", b"[kafka]\n[kafka]\n"])
    def test_what_is_not_toml_is_refused(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        assert problems(file, {})[0].startswith("is not TOML")

    @given(st.dictionaries(st.sampled_from([env_name(*place) for place in keys()]), st.text(max_size=20), max_size=5))
    def test_no_text_in_a_variable_breaks_it(self, env: dict[str, str]) -> None:
        _problems_or_none(env)


class TestSecrets:
    def test_they_are_read_and_never_shown(self, file: Path) -> None:
        file.write_text(SASL + 'sasl_password = "hunter2"')
        config = load(file, {})
        assert config.kafka.sasl_password == Secret("hunter2")
        assert "hunter2" not in repr(config) + str(config) + json.dumps(dump(config)) + f"{config.kafka.sasl_password}"

    def test_they_can_stand_in_a_file(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("hunter2\n")
        file.write_text(SASL + f"sasl_password_file = '{tmp_path / 'password'}'")
        assert load(file, {}).kafka.sasl_password == Secret("hunter2")

    def test_a_variable_replaces_either_form(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("from file")
        file.write_text(SASL + 'sasl_password = "from toml"')
        config = load(file, {"SANCTIONWIRE_KAFKA__SASL_PASSWORD_FILE": str(tmp_path / "password")})
        assert config.kafka.sasl_password == Secret("from file")

    def test_both_forms_at_once_are_refused(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("x")
        file.write_text(SASL + f"sasl_password = 'y'\nsasl_password_file = '{tmp_path / 'password'}'")
        assert problems(file, {}) == ("kafka.sasl_password: is given twice, also as sasl_password_file",)

    def test_a_file_that_is_not_there_is_named(self, file: Path) -> None:
        file.write_text(SASL + "sasl_password_file = '/no/such/file'")
        assert problems(file, {}) == ("kafka.sasl_password_file: cannot read '/no/such/file': No such file or directory",)

    def test_a_wrong_type_does_not_show_the_value(self, file: Path) -> None:
        file.write_text(SASL + "sasl_password = 271828")
        assert problems(file, {}) == ("kafka.sasl_password: expected a text",)


class TestDocuments:
    def test_the_committed_schema_equals_the_code(self) -> None:
        assert json.loads(SCHEMA.read_text()) == schema(), "run: python -m connectors.config > deploy/config.schema.json"

    def test_the_schema_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(schema())

    def test_the_example_loads_as_the_defaults(self) -> None:
        assert load(EXAMPLE, {}) == Config()

    def test_the_example_names_every_key(self) -> None:
        tables = tomllib.loads(uncommented(EXAMPLE.read_text()))
        named = {(section, key) for section, table in tables.items() for key in table}
        assert named == set(keys())
        assert {key for feed in tables["feeds"]["feed"] for key in feed} == {key.name for key in fields(FeedConfig)}

    def test_the_example_with_every_key_in_force_satisfies_the_schema(self) -> None:
        jsonschema.validate(tomllib.loads(uncommented(EXAMPLE.read_text())), schema())

    def test_the_example_names_every_secret_as_a_file(self) -> None:
        text = EXAMPLE.read_text()
        secrets = [name for section in fields(Config) for name in secret_keys(key_type(Config, section.name))]
        assert [name for name in secrets if f"{name}_file" not in text] == []

    def test_the_schema_refuses_what_the_reader_refuses(self) -> None:
        for wrong in (
            {"kafka": {"topic_prefx": ""}},
            {"telemetry": {"port": 0}},
            {"feeds": {"feed": [{"url": "https://a.example"}]}},
        ):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, schema())

    def test_every_key_has_a_help_text(self) -> None:
        tables: list[Any] = [key_type(Config, section.name) for section in fields(Config)] + [FeedConfig]
        assert [f"{table.__name__}.{key.name}" for table in tables for key in fields(table) if not key.metadata.get("help")] == []

    def test_dump_shows_every_section_and_key_that_is_set(self) -> None:
        shown = dump(load(None, {"SANCTIONWIRE_TELEMETRY__PORT": "9464"}))
        assert set(shown) == {section.name for section in fields(Config)}
        assert shown["telemetry"]["port"] == 9464
        assert "sasl_password" not in shown["kafka"]

    def test_choices_in_help_are_those_of_the_type(self) -> None:
        text = EXAMPLE.read_text()
        annotations = [key_type(key_type(Config, section), key) for section, key in keys()]
        inner = [part for annotation in annotations for part in (annotation, *get_args(annotation))]
        choices = {choice for part in inner for choice in get_args(part) if isinstance(choice, str)}
        assert {"cluster", "SCRAM-SHA-256"} <= choices
        assert sorted(choice for choice in choices if choice not in text) == []
