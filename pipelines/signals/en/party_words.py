"""Heads of phrases that name a party without an id, and words that look like one but are things.

The lexicon (`things.py`) holds what can make an act; this file only tells how to read a phrase that an act is already about:
persons by trade and rank, firms by what they run, things that end like persons ("shutters", "transfers").
"""

_PERSONS = """
abbot abbots academic academics accomplice accomplices activist adjutant admiral admirals agent agents archbishop architect
associate associates athlete athletes attorney auditor baron barons baroness bishop boss bosses bureaucrat captain captains
cardinal cellist champion chieftain chess-player citizen citizens clan clans cleric clerics colonel colonels commandant conductor
confidant confidante consort contractor coach courier couriers cousin cousins crony cronies czar daughter daughters dealer
dentist dictator dignitary director directors doctor doctors don donor dynasty economist editor editors elder elders entourage
envoy envoys executive executives ex-wife father fixer fixers footballer fugitive fugitives general generals godfather
grandmaster guard guards hacker hackers heir heirs heiress henchman henchmen hotelier household individual individuals in-law
in-laws insider insiders intermediary intermediaries jailer jailers journalist judge judges jurist justice kingpin kingpins
kin kinsman lawyer lawyers lieutenant lieutenants linchpin lord lords magnate magnates major majors marabout marshal
mastermind matriarch mayor mayors mercenary mercenaries middleman middlemen militant militants militiaman militiamen mogul
moguls monk mother mother-in-law mufti national nationals nephew nephews niece officer officers oligarch oligarchs operative
operatives overlord partner patriarch patron patrons pensioner pilot pilots poet preacher priest prince princes princess
professor profiteer profiteers propagandist prosecutor prosecutors proxy proxies rapper ringleader ringleaders scion scientist
scientists sergeant sheikh singer smuggler smugglers soldier soldiers son sons spies spouse spy student students subject subjects
supremo swindler tenor tribesmen trustee trustees tsar tutor tycoon tycoons uncle veteran warlord warlords widow wife wives
"""
_FIRMS = """
abattoir abattoirs academy airline airlines arsenal assembler bakery bank banks bookmaker bottler bottlers bourse brewer brewery
breweries broker brokerage brokerages builder business businesses carmaker carrier carriers cannery casino casinos cement-maker
channel channels charity charities chipmaker chipmakers clearing-house company companies concern concerns conglomerate consortium
cooperative co-operative corporation corporations crusher dealer dealership developer distiller distillery distributor
distributors dockyard elevator elevators enterprise enterprises exchange exchanges exporter exporters factory factories farm
farms fertiliser-maker firm firms forwarder forwarders foundation foundations foundry foundries fund funds gallery group groups
guild haulier hauliers holding house houses importer importers institute insurer insurers jeweller laboratory laboratories
lender lenders maker makers manufacturer manufacturers merchant merchants mill mills mine mines monopoly newspaper operator
operators outlet outlets outfit packer packers parent plant plants press producer producers provider refiner refiners refinery
refineries registry rival rivals school seller shipbuilder shipbuilders shipper shippers shipyard shipyards smelter smelters
spinner startup startups station stockbroker studio subsidiary subsidiaries supplier suppliers team telecom tannery trader traders
trust university universities vendor vendors vineyard winery wineries workshop yard yards
"""
_VESSELS = """
aircraft barge barges boat boats bulker bulkers carrier dhow dhows dredger dredgers ferry ferries fleet freighter freighters
frigate helicopter icebreaker jet jets junk liner liners plane planes ship ships steamer submarine superyacht superyachts tanker
tankers trawler trawlers tug tugs vessel vessels yacht yachts
"""
_THINGS = """
answers appliances arrears barriers beers bearers billboards borders boilers borrowers bumpers cables calendars carburettors cars
cellphones centers centres chambers charters chapters checkers cheeses cigars clusters colours colors collars computers
conditioners containers controllers converters coolers copiers corners corridors counters covers cranes craters customers cylinders
dates detectors differences diggers dinners dividers documents dollars doors dossiers drawers dressers ears
engines errors excavators factors favors favours feathers fevers fibers figures filters fingers floors flowers folders freezers
fridges gears generators glaciers gutters harbors harbours headquarters heaters holders hours humours indicators inverters
jumpers keyboards labors labours ladders layers lasers letters levers lorries masters matters meters metres mirrors mixers
modems motors mowers numbers offers orders others ovens oysters papers peppers persimmons pliers plasters polymers posters
powders powers prayers printers processors propellers protectors quarters quavers radiators razors reactors receivers recorders
registers remainders reminders resistors rivers rollers rotors routers rumours rumors scanners scooters screwdrivers
semiconductors sensors servers showers shutters sectors silos slippers speakers spiders splitters stickers sweaters
switchers teleprinters temperatures tenders terrors theatres tigers timbers timers towers toys tractors trailers transceivers
transfers transformers transistors treasures tremors trousers tumors umbrellas vapours vectors vouchers waters wafers wagers
wires wrappers years pears beards boards photoresists resists mists twists lists fists waists acres
"""
# what is carried: with an adjective it counts for its state, as goods do
FREIGHT = frozenset(
    ["lorry", "lorries", "truck", "trucks", "cargo", "cargoes", "freight", "train", "trains", "wagon", "wagons", "haulage"]
)
PERSONS = frozenset(_PERSONS.split())
FIRMS = frozenset(_FIRMS.split())
VESSELS = frozenset(_VESSELS.split())
THINGS_LIKE_PERSONS = frozenset(_THINGS.split())
PERSON_ENDINGS = (
    "ists",
    "ers",
    "ors",
    "ians",
    "ist",
    "men",
    "crats",
    "crat",
    "eers",
    "ees",
    "eer",
    "ier",
    "iers",
    "ette",
    "monger",
)
# unions without an id: parties by name
_UNIONS = """
sadc caricom saarc mercosur igad opec commonwealth sco comesa ecca eccas cemac waemu oecs efta unasur celac alba apec bimstec
forum community fund cis visegrad oic
"""
UNIONS_BY_NAME = frozenset(_UNIONS.split())
# how many states a union has: "the 15-nation bloc"
MEMBERS = {
    "6": "GCC",
    "six": "GCC",
    "10": "ASEAN",
    "ten": "ASEAN",
    "11": "ASEAN",
    "eleven": "ASEAN",
    "15": "ECOWAS",
    "fifteen": "ECOWAS",
    "22": "ARAB_LEAGUE",
    "27": "EU",
    "28": "EU",
    "32": "NATO",
    "34": "OAS",
    "35": "OAS",
    "54": "AU",
    "55": "AU",
    "57": "OSCE",
    "193": "UN",
}
# halves of a divided country: "the North" of an article about Korea
HALVES = {
    "north": (("PRK", "KOR"), "PRK"),
    "south": (("PRK", "KOR"), "KOR"),
    "mainland": (("CHN", "TWN", "HKG", "MAC"), "CHN"),
    "island": (("TWN",), "TWN"),
}


def class_of(word: str) -> str | None:
    """Return `person`, `firm`, `vessel` or None for a noun in lower case that the lexicon does not know."""
    if word in PERSONS or word.removeprefix("ex-") in PERSONS:
        return "person"
    if word in FIRMS:
        return "firm"
    if word in VESSELS:
        return "vessel"
    if word in THINGS_LIKE_PERSONS:
        return None
    return "person" if word.endswith(PERSON_ENDINGS) and len(word) > 5 else None
