"""Ask a local broker whether it serves requests: an open port says too little, it opens seconds before the broker can be used."""

from kafka import KafkaAdminClient
from kafka.errors import KafkaError


def answers(bootstrap: str, timeout_secs: float) -> bool:
    """Whether the broker at this address is a member of its own cluster and says so within `timeout_secs`."""
    timeout_ms = int(timeout_secs * 1000)
    try:
        client = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=timeout_ms, request_timeout_ms=timeout_ms)
    except KafkaError:
        return False
    try:
        return bool(client.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        client.close()
