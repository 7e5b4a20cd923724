"""Alerts to a webhook, as JSON that is signed.

Headers: `Sanctionwire-Event` (`sanctionwire.alert.v1`), `Sanctionwire-Schema` (the `$id` of the alert's JSON Schema),
`Idempotency-Key` (the same for a repeat of the same delivery, also after a restart), `Sanctionwire-Timestamp` (seconds since
1970), and with a secret `Sanctionwire-Signature`: `v1=` and the hexadecimal HMAC-SHA256 of timestamp, a full stop and the body. A
receiver compares the signature in constant time, refuses timestamps that are minutes old, and forgets keys after a day or so.
`traceparent` (W3C Trace Context) names the trace that began with the fetch of the article; of several alerts, that of the first.

Texts are those of strangers, in JSON escaped to ASCII; who shows them has to escape them for where they are shown.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

from connectors.messages.alert import Alert
from connectors.messages.codec import event_type, schema_urn
from connectors.settings import Secret
from connectors.subscribers.http import Poster
from connectors.subscribers.receivers import Notification, Outcome, as_dict
from connectors.subscribers.words import NO_NAMES, Names

MAX_BODY_BYTES = 4 * 1024 * 1024


class Webhook:
    """Posts notifications.

    Args:
        poster: to the address.
        secret: signs the body; None for no signature.
        clock: seconds since 1970.
        names: reference names by id, for the headlines.
    """

    def __init__(self, poster: Poster, secret: Secret | None, clock: Callable[[], float], names: Names = NO_NAMES) -> None:
        self._poster = poster
        self._secret = secret
        self._clock = clock
        self._names = names

    def notify(self, notification: Notification) -> Outcome | None:
        """Post it."""
        body = body_of(notification, self._names)
        if len(body) > MAX_BODY_BYTES:
            return Outcome(retry=False, error=f"the body would have {len(body)} bytes, more than {MAX_BODY_BYTES}")
        return self._poster.post(body, headers_of(notification, body, self._secret, int(self._clock())))


def body_of(notification: Notification, names: Names = NO_NAMES) -> bytes:
    """Return the JSON of a notification; of a body that is too large the alerts lose their sources and quotes but the first."""
    body = json.dumps(as_dict(notification, names), separators=(",", ":")).encode()
    if len(body) <= MAX_BODY_BYTES:
        return body
    lean = replace(notification, alerts=tuple(_lean(alert) for alert in notification.alerts))
    return json.dumps(as_dict(lean, names), separators=(",", ":")).encode()


def headers_of(notification: Notification, body: bytes, secret: Secret | None, timestamp: int) -> dict[str, str]:
    """Return the headers of a notification."""
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": notification.idempotency_key,
        "Sanctionwire-Event": event_type(Alert),
        "Sanctionwire-Schema": schema_urn(Alert),
        "Sanctionwire-Timestamp": str(timestamp),
    }
    if notification.traceparent:
        headers["traceparent"] = notification.traceparent
    return headers if secret is None else headers | {"Sanctionwire-Signature": signature(secret, timestamp, body)}


def signature(secret: Secret, timestamp: int, body: bytes) -> str:
    """Return the signature of a body."""
    return "v1=" + hmac.new(secret.value.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _lean(alert: Alert) -> Alert:
    return replace(alert, sources=alert.sources[:1], evidence=alert.evidence[:1], contested=alert.contested[:1])
