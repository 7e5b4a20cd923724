"""Alerts by mail: one alert at once, or a digest of a group, each as plain text and as HTML.

Whether a mail is immediate or a digest is the route's: with `group_by = ""` and a `group_interval_secs` it is all of that time.
The HTML is escaped, loads nothing and has no links. `Message-ID` comes from the idempotency key, so a repeat can be known as one.

What is wrong with the way in and not with the mail (a login that is refused, a certificate that nobody vouches for, a server that
cannot encrypt) is tried again like a server that is away: a directory behind the server may be down, and an alert is no worse for
a password that somebody is about to correct. A mail that the server refuses for good is given up at once.
"""

import html
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from connectors.config import ReceiverConfig
from connectors.messages.alert import Alert
from connectors.subscribers.receivers import Notification, Outcome, title
from connectors.subscribers.words import NO_NAMES, Names, describe, headline

MAX_SUBJECT = 150
MAX_ALERTS = 100
STYLE = "font-family:sans-serif;max-width:45em"


class Mail:
    """Sends notifications through one mail server.

    Args:
        config: the server, who it is from and to.
        names: reference names by id.
        context: for encrypted connections; None trusts the system's authorities.
    """

    def __init__(self, config: ReceiverConfig, names: Names = NO_NAMES, context: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._names = names
        self._context = context

    def notify(self, notification: Notification) -> Outcome | None:
        """Send it."""
        message = message_of(notification, self._config.sender_address or "", self._config.to or "", self._names)
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            return Outcome(retry=True, error=f"the mail server refuses smtp_username or smtp_password with {error.smtp_code}")
        except smtplib.SMTPRecipientsRefused as error:
            return _judged(max((code for code, _ in error.recipients.values()), default=550), "every recipient was refused")
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code, "the mail server refused")
        except smtplib.SMTPNotSupportedError:
            return Outcome(retry=True, error="the mail server does not do what smtp_security or smtp_username asks")
        except ssl.SSLCertVerificationError as error:
            return Outcome(retry=True, error=f"the mail server's certificate is refused: {error.verify_message}")
        except ssl.SSLError as error:
            return Outcome(retry=True, error=f"no encrypted connection to the mail server; look at smtp_security: {error.reason}")
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(retry=True, error=f"the mail server was not reached: {type(error).__name__}")
        return Outcome(retry=False, error=f"{len(refused)} of the recipients were refused") if refused else None

    def _connected(self) -> smtplib.SMTP:
        config = self._config
        context = self._context or ssl.create_default_context()
        host, port, timeout = config.smtp_host or "", config.smtp_port, config.timeout_secs
        if config.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=timeout)
        try:
            if config.smtp_security == "starttls":
                server.starttls(context=context)
            if config.smtp_username is not None and config.smtp_password is not None:
                server.login(config.smtp_username, config.smtp_password.value)
        except BaseException:
            server.close()
            raise
        return server


def message_of(notification: Notification, sender: str, to: str, names: Names = NO_NAMES) -> EmailMessage:
    """Return the mail of a notification."""
    message = EmailMessage()
    message["Subject"] = title(notification, names)[:MAX_SUBJECT]
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(notification.received_at)
    message["Message-ID"] = f"<{notification.idempotency_key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        "\n\n".join(_plain(notification, alert, names) for alert in notification.alerts[:MAX_ALERTS]) + _more(notification)
    )
    message.add_alternative(_html(notification, names), subtype="html")
    return message


def _plain(notification: Notification, alert: Alert, names: Names) -> str:
    lines = [
        f"{line.label:>9}  {line.text}"
        for line in describe(alert, notification.received_at, names, notification.watched.get(alert.id, ()))
    ]
    return "\n".join([f"{alert.severity.upper()} {alert.kind}  {headline(alert, names)}", *lines])


def _html(notification: Notification, names: Names) -> str:
    parts = []
    for alert in notification.alerts[:MAX_ALERTS]:
        rows = "".join(
            f"<tr><td>{html.escape(line.label)}</td><td>{html.escape(line.text)}</td></tr>"
            for line in describe(alert, notification.received_at, names, notification.watched.get(alert.id, ()))
        )
        head = html.escape(f"{alert.severity.upper()} {alert.kind}: {headline(alert, names)}")
        parts.append(f"<h2>{head}</h2><table>{rows}</table>")
    rest = html.escape(_more(notification).strip())
    return f'<!doctype html><html><body style="{STYLE}">{"".join(parts)}<p>{rest}</p></body></html>'


def _more(notification: Notification) -> str:
    more = len(notification.alerts) - MAX_ALERTS
    return f"\n\nand {more} more" if more > 0 else "\n"


def _judged(code: int, problem: str) -> Outcome:
    """Return the outcome of an answer: 4yz is for a while, 5yz for good (RFC 5321, section 4.2.1)."""
    return Outcome(retry=400 <= code < 500, error=f"{problem} with {code}")
