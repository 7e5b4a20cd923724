"""IMO numbers of ships in a text.

The number is seven digits, of which the last is the sum of the first six times 7, 6, 5, 4, 3 and 2, modulo 10 (SOLAS, chapter XI-1,
regulation 3; resolution A.1117(30) of the IMO's assembly has the scheme). A text has to say "IMO" before it.
"""

import re

NUMBER = re.compile(
    r"\bIMO\b(?:\s+(?:ship|vessel|identification))?(?:\s*(?:number|no\.?|nr\.?|#))?[\s:#.-]*(\d{7})(?!\d)", re.IGNORECASE
)


def is_imo(digits: str) -> bool:
    """Say whether seven digits are the number of a ship."""
    if len(digits) != 7 or not (digits.isascii() and digits.isdigit()):
        return False
    return sum(int(digit) * weight for digit, weight in zip(digits, range(7, 1, -1), strict=False)) % 10 == int(digits[6])


def imo_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers that a text calls IMO numbers and whose last digit is right, each once."""
    return tuple(dict.fromkeys(digits for digits in NUMBER.findall(text) if is_imo(digits)))
