"""Signals: the acts about sanctions in one article."""
