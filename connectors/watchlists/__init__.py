"""Names that the user brings to watch for, and who in an alert may be one of them."""
