"""One file for each family of rules; `order.py` says in which order they are asked."""
