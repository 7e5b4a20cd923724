"""Beam's SDK harness: the one thing about it that we change, since it has no option for it.

To tell how long a bundle spends in each step, the harness has a thread that looks at the bundle now and then, and a bundle ends no
sooner than that thread wakes. The time between looks begins at 2 ms and grows by a fifth with each until it is 200 ms, so a bundle
that lasts half a second is held up by 50 ms or so at its end, and one that lasts two by up to 200. Seen in Beam 2.77
(`runners/worker/statesampler_fast.pyx`), which makes its samplers without an argument.
"""

from apache_beam.runners.worker.statesampler import StateSampler

LONGEST_LOOK_MS = 5


def end_bundles_promptly() -> None:
    """Let samplers that are made from now on in this process look every `LONGEST_LOOK_MS`."""
    StateSampler.__init__.__defaults__ = (LONGEST_LOOK_MS,)
