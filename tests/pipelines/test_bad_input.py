"""Text that nobody would print takes its five seconds and 300 MB at most, measured in a process of its own."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.model, pytest.mark.slow]

LIMIT_SECS, LIMIT_MB = 5.0, 300.0
ACT = "Norway will impose sanctions on Mali if it expels the envoy."
CHILD = """
import json, resource, sys, time
from pipelines.annotator import Annotator, ArticleText, load_model

annotator = Annotator(load_model(None))
annotator.annotate([ArticleText(id="warm", title="", text=sys.argv[1], language="en")])
text = json.loads(sys.stdin.read())
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
(found,) = annotator.annotate([ArticleText(id="a", title=text[:500], text=text)])
seconds = time.process_time() - began
more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
quotes = [text[signal.evidence.start : signal.evidence.end] == signal.evidence.quote for signal in found.signals]
print(json.dumps([seconds, more, all(quotes), len(quotes)]))
"""
TEXTS = {
    "empty": "",
    "one sentence of 2 MB": f"{ACT[:-1]} and " + "so on and on " * 160_000,
    "2 MB without a blank": "sanctions" * 230_000,
    "control characters": "".join(map(chr, range(32))) * 2_000 + ACT,
    "right-to-left marks": " ".join(f"\u202e{word}\u2069\u200f" for word in ACT.split()) * 500,
    "emoji": ("\U0001f1f3\U0001f1f4 \U0001f468\u200d\U0001f469\u200d\U0001f467 " * 5_000) + ACT,
    "half a surrogate": f"\ud83d {ACT} \ude00" * 300,
    "HTML left in the text": f"<div class='x'><p>{ACT}</p><script>var a = 1 < 2;</script></div>" * 2_000,
    "10,000 words in capitals": "SANCTIONS WILL NOT BE LIFTED " * 2_500,
    "names without end": "Oslo, Bamako, Minsk, Tehran, Caracas and " * 20_000,
    "brackets without end": "(" * 50_000 + ACT + ")" * 50_000,
    "quotation marks without end": '"' * 50_000 + ACT,
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_ends_in_time_and_memory_and_its_offsets_point_at_the_quotes(name: str) -> None:
    given = json.dumps(TEXTS[name])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD, ACT], input=given, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    seconds, more, is_quoted, _ = json.loads(done.stdout.splitlines()[-1])
    assert is_quoted
    assert seconds <= LIMIT_SECS
    assert more <= LIMIT_MB
