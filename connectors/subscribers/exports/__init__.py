"""Alerts in the forms of other programs: one file for each form, a function from alerts to bytes."""
