"""What the page and its API read: alerts, stories, articles and verdicts in one SQLite file, filled from the topics."""
