"""The page and its API: alerts as people look at them, and the forms in which they answer."""
