"""Alerts: one act by somebody against somebody, however many outlets tell it."""
