"""All that belongs to English: word lists, and the rules that read an English parse with them."""
