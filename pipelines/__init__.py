"""What the stream means: duplicates, entities, signals, stories, alerts. Start with `monitor.py`."""
