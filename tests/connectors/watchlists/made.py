"""Invented names by the thousand, with the ways in which newspapers and lists write them, and with others that are not they.

Surnames are put together from syllables, first names are common ones, firms and ships have invented words. Persons are invented in
Cyrillic and written by four schemes of transliteration, or in Latin letters with the usual variants of Arabic names; so the
variants do not come from the tables that are tested. Everything follows from the seed.
"""

import random
from dataclasses import dataclass

from connectors.watchlists.base import Entry


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


CYRILLIC_GIVEN = words(
    "Александр Сергей Дмитрий Алексей Андрей Михаил Евгений Владимир Николай Юрий Виктор Игорь Олег Павел "
    "Василий Григорий Константин Геннадий Вячеслав Валерий Анатолий Фёдор Кирилл Руслан Тимур Вадим Артём "
    "Леонид Пётр Семён"
)
FATHERS = words("Иванович Сергеевич Петрович Александрович Николаевич Михайлович Викторович Юрьевич Дмитриевич Олегович")
ONSETS = words("Б Бр В Г Гр Д Др Ж З К Кл Кр Л М П Пл Р С Сл Т Тр Х Ц Ч Ш Щ Ст Хр Вл Зв")
VOWELS = words("а о е и у ы я ю э")
MIDDLES = words("б в г д ж з к л м н п р с т х ц ч ш щ рк лд нг рч ст льк")
ENDINGS = words("ов ев ин ский енко ук овский ян цев ников хин щенко")
# Letter by letter: as newspapers, as passports (ICAO 9303), as in German, as in French.
LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
SCHEMES = tuple(
    dict(zip(LETTERS, words(text), strict=True))
    for text in (
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia",
        "a b w g d e jo sch s i j k l m n o p r s t u f ch z tsch sch schtsch _ y _ e ju ja",
        "a b v g d e io j z i ï k l m n o p r s t ou f kh ts tch ch chtch _ y _ e iou ia",
    )
)
ARABIC_GIVEN = words(
    "Muhammad Ahmad Hassan Hussein Ibrahim Khalid Mahmoud Omar Yusuf Abdullah Tariq Walid Rashid Karim Nasser Samir"
)
ARABIC_PARTS = words("Zub Karb Hatl Razm Shadr Ghaf Qand Jarb Masd Tufl Wazn Bihr Dhur Sabk Fulh Nizk Harq Lub Rukh")
ARABIC_ENDS = words("ani awi i an ari udi aldi in ayri")
ARABIC_SWAPS = (
    ("gh", "g"),
    ("q", "k"),
    ("dh", "d"),
    ("u", "ou"),
    ("kh", "h"),
    ("i", "ee"),
    ("awi", "aoui"),
    ("sh", "ch"),
    ("j", "dj"),
    ("z", "dh"),
)
ARABIC_FORMS = {
    "Muhammad": ("Mohammed", "Mohamed", "Mohammad"),
    "Ahmad": ("Ahmed",),
    "Hassan": ("Hasan",),
    "Hussein": ("Hussain", "Hossein", "Husayn"),
    "Ibrahim": ("Ebrahim",),
    "Khalid": ("Khaled",),
    "Mahmoud": ("Mahmud",),
    "Omar": ("Umar",),
    "Yusuf": ("Yousef", "Youssef"),
    "Abdullah": ("Abdulla", "Abdallah"),
    "Tariq": ("Tarek",),
    "Walid": ("Waleed",),
    "Rashid": ("Rasheed",),
    "Karim": ("Kareem",),
    "Nasser": ("Naser",),
    "Samir": ("Sameer",),
}
FIRM_ENDS = words(
    "Shipping Trading Bank Energy Holdings Logistics Steel Airlines Industries Electronics Minerals Insurance Capital"
)
FORMS = ("LLC", "Ltd", "PJSC", "OOO", "GmbH", "S.A.", "Inc.", "Co. Ltd", "JSC", "FZE")
SYLLABLES = words("zor bel vek tam rin dal quo mar fen lux ost gra pol nim har tis cor wen bal dro sil kap tor")
COLOURS = words("Ocean Sea Polar Baltic Silver Golden Amber Eastern Arctic Coral")
SHIP_ENDS = words("Falcon Pioneer Star Breeze Victory Harmony Dolphin Trader Spirit Courage")


@dataclass(frozen=True, slots=True)
class Asked:
    """A name that is asked for, the id of the entry that it means (None for none of the list), what was done to it, and the
    name without what may be left out."""

    name: str
    meant: str | None
    how: str
    heart: str = ""


def written(text: str, scheme: int) -> str:
    """Return a Cyrillic text by one of `SCHEMES`."""
    out = "".join(
        SCHEMES[scheme].get(letter.casefold(), letter).replace("_", "") if letter.isalpha() else letter for letter in text
    )
    return " ".join(word[:1].upper() + word[1:] for word in out.split())


def slip(dice: random.Random, word: str) -> str:
    """Return a word with one letter left out, doubled, changed or two in the wrong order; not the first."""
    at = dice.randrange(1, len(word) - 1)
    other = dice.choice([letter for letter in "aeionrstl" if letter != word[at]])
    changed = (
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
        word[:at] + other + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return dice.choice([one for one in changed if one != word])


class World:
    """The names of one seed.

    Args:
        seed: of everything.
        size: entries of the list.
    """

    def __init__(self, seed: int, size: int) -> None:
        self._dice = random.Random(seed)
        self.entries: list[Entry] = []
        self._known: set[str] = set()  # what entries are called at heart
        self.asked: list[Asked] = []
        makers = (self._russian, self._russian, self._arab, self._firm, self._ship)
        while len(self.entries) < size:
            number = len(self.entries)
            makers[number % len(makers)](f"E{number}")
        self.asked = [one for one in self.asked if one.meant is not None or one.heart.casefold() not in self._known]

    def _surname(self) -> str:
        dice = self._dice
        stem = dice.choice(ONSETS) + dice.choice(VOWELS[:5]) + dice.choice(MIDDLES)
        stem += (dice.choice(VOWELS[:3]) + dice.choice(MIDDLES[:18])) if dice.random() < 0.7 else ""
        return stem + dice.choice(ENDINGS)

    def _ask(self, name: str, meant: str | None, how: str, heart: str = "") -> None:
        self.asked.append(Asked(name, meant, how, heart or name))

    def _is_new(self, heart: str) -> bool:
        """Say whether no entry is called so yet, and note it."""
        is_new = heart.casefold() not in self._known
        self._known.add(heart.casefold())
        return is_new

    def _russian(self, id_: str) -> None:
        dice = self._dice
        given, father, surname = dice.choice(CYRILLIC_GIVEN), dice.choice(FATHERS), self._surname()
        if not self._is_new(f"{written(given, 0)} {written(surname, 0)}"):
            return
        has_father = dice.random() < 0.6
        full = f"{given} {father} {surname}" if has_father else f"{given} {surname}"
        listed = full if dice.random() < 0.3 else written(full, 0)
        self.entries.append(Entry(id=id_, type="person", names=(listed,)))
        short = f"{given} {surname}"
        scheme = dice.randrange(1, 4)
        self._ask(written(short, 0), id_, "as it is, without the patronymic")
        self._ask(written(short, scheme), id_, f"scheme {scheme}")
        self._ask(f"{written(surname, 0)}, {written(given, 0)}", id_, "surname first")
        self._ask(f"{written(given, 0)} {slip(dice, written(surname, 0))}", id_, "a slip in the surname")
        other = dice.choice([one for one in CYRILLIC_GIVEN if one != given])
        another = f"{written(other, 0)} {written(surname, 0)}"
        self._ask(f"{written(other, dice.randrange(2))} {written(surname, 0)}", None, "another first name", another)
        self._ask(f"{written(given, 0)} {written(self._surname(), 0)}", None, "another surname")
        self._ask(written(surname, 0), None, "the surname alone")
        self._ask(f"{written(other, 0)} {written(father, 0)} {written(surname, 0)}", None, "a brother", another)
        if surname.endswith(("ов", "ев", "ин")):
            self._ask(f"{dice.choice(('Elena', 'Anna', 'Olga'))} {written(surname, 0)}a", None, "a wife")

    def _arab(self, id_: str) -> None:
        dice = self._dice
        given, second = dice.sample(ARABIC_GIVEN, 2)
        surname = dice.choice(ARABIC_PARTS) + dice.choice(("", "", "ar", "ib", "ul")) + dice.choice(ARABIC_ENDS)
        if not self._is_new(f"{given} {surname}"):
            return
        has_second = dice.random() < 0.4
        self.entries.append(
            Entry(id=id_, type="person", names=(f"{given} {second} al-{surname}" if has_second else f"{given} al-{surname}",))
        )
        form, swapped = dice.choice(ARABIC_FORMS[given]), self._swapped(surname)
        middle = f"{second} " if has_second else ""
        self._ask(f"{form} {middle}al-{surname}", id_, "another form of the first name")
        self._ask(f"{given} {middle}{dice.choice(('Al ', 'el-', ''))}{swapped}", id_, "another spelling of the surname")
        self._ask(f"{form} {surname}", id_, "without what stands between")
        other = dice.choice([one for one in ARABIC_GIVEN if one not in (given, second)])
        self._ask(f"{other} al-{surname}", None, "another first name", f"{other} {surname}")
        self._ask(f"{given} {second}", None, "the first names alone")
        self._ask(f"{given} {other}", None, "two first names")

    def _swapped(self, word: str) -> str:
        fitting = [(old, new) for old, new in ARABIC_SWAPS[:9] if old in word.casefold()]
        old, new = self._dice.choice(fitting or [("i", "y")])
        out = word.casefold().replace(old, new, 1)
        return out[:1].upper() + out[1:]

    def _word(self) -> str:
        dice = self._dice
        return "".join(dice.choice(SYLLABLES) for _ in range(dice.choice((2, 2, 3)))).title()

    def _firm(self, id_: str) -> None:
        dice = self._dice
        word, end, form = self._word(), dice.choice(FIRM_ENDS), dice.choice(FORMS)
        two = dice.random() < 0.5
        base = f"{word} {self._word()} {end}" if two else f"{word} {end}"
        if not self._is_new(base):
            return
        self.entries.append(Entry(id=id_, type="firm", names=(f"{base} {form}",)))
        self._ask(base, id_, "without the legal form")
        self._ask(f"{base} {dice.choice(FORMS)}", id_, "another legal form")
        self._ask(base.upper(), id_, "in capitals")
        self._ask(f"The {slip(dice, base.split()[0].casefold()).title()} {' '.join(base.split()[1:])}", id_, "a slip")
        other = dice.choice([one for one in FIRM_ENDS if one != end])
        self._ask(f"{' '.join(base.split()[:-1])} {other} {form}", None, "another trade", f"{' '.join(base.split()[:-1])} {other}")
        another = f"{self._word()} {end}"
        self._ask(f"{another} {form}", None, "another firm of the trade", another)
        self._ask(f"{end} {form}", None, "the trade alone")
        self._ask(f"Viktor {word}", None, "a person of the name")

    def _ship(self, id_: str) -> None:
        dice = self._dice
        number = f" {dice.randrange(2, 9)}" if dice.random() < 0.4 else ""
        base = f"{dice.choice(COLOURS)} {self._word()} {dice.choice(SHIP_ENDS)}"
        self.entries.append(Entry(id=id_, type="vessel", names=(base.upper() + number,)))
        self._ask(f"{dice.choice(('MV', 'the tanker', 'M/T'))} {base}{number}", id_, "with what stands before ships")
        self._ask(f"{base}{number}", id_, "as it is")
        self._ask(f"{base} {9 + len(number)}", None, "another number")
        colour, _, end = base.split()
        self._ask(f"{colour} {self._word()} {end}{number}", None, "another ship of the line")
        self._ask(f"{colour} {end}", None, "the common words alone")
