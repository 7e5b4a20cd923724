"""Names in an article and whom they mean."""
