"""For every test: warnings are errors, except one that a library gives while it is imported."""

import warnings

with warnings.catch_warnings():
    # kafka-python 3.0 reads its protocol with importlib.resources.read_text, deprecated in Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka  # noqa: F401
