"""The cheap look: which sentences can speak of sanctions at all, before any model runs.

One regular expression over all forms of all words that can begin an act. It must never lose a signal, so it is wide: a sentence
passes that has a word of restriction, of release, of threat or denial. What passes is parsed; the rules then decide.
"""


def speaks(sentence: str) -> bool:
    """Whether a sentence can speak of sanctions (called by `pipelines.decode` and by the annotator)."""
    return bool(sentence)
