"""What a worker of a cluster holds. With a broker: tests/end_to_end/test_claim.py and test_cluster.py."""

import pickle
from dataclasses import fields, replace
from itertools import count
from pathlib import Path

import pytest

from connectors.config import Config, KafkaConfig, PipelineConfig, SubscribersConfig, TelemetryConfig, WebConfig
from connectors.settings import Secret
from pipelines.claim import Job
from pipelines.copy_index import CopyIndex
from pipelines.dedupe import Copies
from pipelines.finish import finished
from pipelines.guarded import COUNTER_BITS, Guarded
from pipelines.session import Held
from pipelines.share import Once, Share, at_home, close_all, for_workers, share, with_language
from pipelines.work import Failure
from tests import builders

JOB = Job("host-1-2", ((0, 5), (1, 0)))


def test_what_the_log_holds_is_a_repeat_whatever_the_stages_before_made_of_it() -> None:
    once = Once({0: 5})
    once.absorb(builders.analysis(position=builders.position(8)))
    work = builders.work(record=builders.log_record(8), failure=Failure(stage="Annotate", reason="hung"))
    (told,) = once.tell(work)
    assert finished(replace(told, sequence=1)).outcome == "repeated"


def test_what_was_committed_before_the_writer_began_is_a_repeat() -> None:
    (told,) = Once({0: 5}).tell(builders.work(record=builders.log_record(4)))
    assert told.repeat


def test_what_the_log_does_not_hold_goes_on_as_it_is() -> None:
    once = Once({0: 5})
    once.absorb(builders.analysis(position=builders.position(8)))
    once.absorb(builders.story())
    work = builders.work(record=builders.log_record(7))
    assert once.tell(work) == [work]


def test_only_places_that_may_come_again_are_kept() -> None:
    once = Once({0: 5})
    for offset in (3, 4, 5, 6):
        once.absorb(builders.analysis(position=builders.position(offset)))
    assert once.told == {(0, 5), (0, 6)}


def test_rebuilding_one_language_leaves_the_others_and_what_was_taken_since() -> None:
    english, russian, read_again = CopyIndex(), CopyIndex(), CopyIndex()
    held = Copies(indexes={"en": english, "ru": russian}, taken={("new", 1): builders.PUBLISHED_AT})
    fresh = Copies(indexes={"en": read_again, "ru": CopyIndex()}, taken={("old", 1): builders.PUBLISHED_AT})
    folded = with_language(held, fresh, "en")
    assert folded.indexes["en"] is read_again
    assert folded.indexes["ru"] is russian
    assert list(folded.taken) == [("old", 1), ("new", 1)]


def test_a_language_that_the_log_does_not_know_is_forgotten() -> None:
    assert with_language(Copies(indexes={"en": CopyIndex()}), Copies(), "en").indexes == {}


def test_a_counter_of_a_time_that_was_taken_back_is_never_taken_for_the_present_one() -> None:
    epochs, rebuilt = count(1), count(1)
    memory = Guarded("first", lambda: f"rebuilt {next(rebuilt)}", epochs=lambda: next(epochs))
    versions = []
    for _ in range(3):
        with memory.at("en", versions[-1] if versions else None):
            versions.append(memory.advanced("en"))
    with memory.at("en", versions[0]) as held:  # the cluster went back to its checkpoint
        assert held == "rebuilt 1"
    after = [memory.advanced("en"), memory.advanced("en")]
    assert after[0] >> COUNTER_BITS == 2
    assert not set(after) & set(versions)


def test_no_secret_travels_to_the_workers() -> None:
    config = Config(
        kafka=KafkaConfig(sasl_username="news", sasl_password=Secret("hidden-1"), ssl_key_password=Secret("hidden-2")),
        web=WebConfig(tokens=Secret("hidden-3")),
    )
    shipped = for_workers(config)
    assert b"hidden" in pickle.dumps(config)
    assert b"hidden" not in pickle.dumps(Held(shipped, "writer", JOB))
    assert (shipped.web, shipped.subscribers) == (WebConfig(), SubscribersConfig())
    assert shipped.kafka.sasl_username == "news"


def test_a_worker_takes_its_login_its_model_and_its_cores_from_its_own_machine() -> None:
    shipped = Config(
        kafka=KafkaConfig(bootstrap_servers="kafka:9092", topic_prefix="news."),
        pipeline=PipelineConfig(model="en_elsewhere", nlp_processes=8, episode_gap_hours=24.0),
    )
    own = Config(
        kafka=KafkaConfig(bootstrap_servers="127.0.0.1:1", sasl_password=Secret("mine"), ssl_cafile=Path("/etc/ca.pem")),
        pipeline=PipelineConfig(model="en_here", nlp_processes=2),
        telemetry=TelemetryConfig(port=9464),
    )
    made = at_home(shipped, own)
    assert (made.kafka.bootstrap_servers, made.kafka.topic_prefix) == ("kafka:9092", "news.")
    assert (made.kafka.sasl_password, made.kafka.ssl_cafile) == (Secret("mine"), Path("/etc/ca.pem"))
    assert (made.pipeline.model, made.pipeline.nlp_processes, made.pipeline.episode_gap_hours) == ("en_here", 2, 24.0)
    assert made.telemetry.port == 9464
    assert at_home(shipped, None) == shipped


def test_every_secret_of_the_brokers_is_taken_out() -> None:
    secret = {one.name for one in fields(KafkaConfig) if "Secret" in str(one.type)}
    assert secret == {"sasl_password", "ssl_key_password"}


def test_a_process_has_one_share_of_each_job_and_opens_nothing_until_it_is_asked() -> None:
    config = Config(kafka=KafkaConfig(bootstrap_servers="127.0.0.1:1"))
    first, other = share(config, JOB), share(config, Job("another", ()))
    assert share(config, JOB) is first
    assert other is not first
    close_all()


def test_a_writer_is_only_where_the_chain_is() -> None:
    with pytest.raises(Exception, match="asked for where the chain is not"):
        _ = Share(Config(), JOB).writer
