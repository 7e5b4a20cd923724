"""What measures bite on: nouns by the class of restriction that stopping, freezing or closing them amounts to.

Each class maps to a `Measure`; a noun in two classes counts for the first that the verb allows (see `measures.py`).
"""

ASSETS = """
asset, account, property, holding, villa, yacht, reserve, deposit, wealth, estate, mansion, real estate, bank account, savings
fortune, house, funds, money, bullion, shareholding, jet, flat, chateau, possession, belongings, what they own, property of
"""
VISAS = """
visa, entry, entry permit, travel, residence permit, visa-free travel, visa-free regime, visa waiver, passport, visa-free access
border pass, residency, visa-free entry, stay permit, schengen visa, inadmissible, travel document
"""
ARMS = """
arms, weapon, gun, rifle, ammunition, munition, missile, warplane, shell, military equipment, tear gas, riot gun, helicopter
drone, drone part, fighter jet, tank, artillery, weaponry, military hardware, defence sale, arms sale, warplane part, howitzer
bomb, armoured car, armored car, military aid, gun part, military good, explosives, warship, submarine
arms delivery, arms shipment, military supply, radar, armoured vehicle, armored vehicle, pistol, cartridge, bullet, grenade
mortar, defence equipment, patrol boat, frigate, interceptor
"""
AID = """
aid, grant, assistance, budget support, development money, donor money, cohesion money, aid money, scholarship, budget aid
subsidy, humanitarian aid, food aid, aid tap, development grant, development aid, stipend, support, budget help, aid package
aid programme, aid program, funding, cohesion fund, development fund, police fund, teachers' pay, donation, relief money
farm grant
aid budget, development assistance, development cooperation, donor support, pay its teachers, pays its teachers
development programme, cohesion cash, aid payment, budget payment
"""
ENERGY = """
tap, fuel, gas, power, electricity, oil, diesel, petrol, energy, crude, jet fuel, aviation fuel, power line, gas tap
heating oil, current, kerosene, oil delivery, gas delivery, water, lng, kilowatt, megawatt, uranium, light, switch, pipeline
gas flow, gasoline, furnace oil
"""
TECH = """
chip, semiconductor, equipment, technology, dual-use good, drilling equipment, part, spare part, machine tool, machine
component, rare earth, gallium, germanium, magnet, software, turbine, turbine blade, etching gas, photoresist, chip machine
chemical, mineral, engine, tool, pump, valve, microchip, processor, lithography, know-how, graphite, instrument, sensor
precursor, antimony, battery, nickel
bearing, aircraft part, lithium, cobalt, drive, navigation system, blade, electronics, optics
"""
GOODS = """
wine, fruit, vegetable, fish, steel, cotton, coal, timber, beef, pork, onion, orange, banana, plum, pomegranate, cement
fertiliser, fertilizer, potash, tyre, jade, ruby, gem, diamond, gold, iron ore, copper, bauxite, aluminium, aluminum, rice
wheat, grain, sugar, tea, coffee, cocoa, tobacco, cigarette, butter, cheese, milk, egg, poultry, chicken, shrimp, prawn, lobster
crab, seaweed
salmon, sardine, mackerel, avocado, tomato, potato, cherry, apple, grape, lemon, mango, pineapple, flower, honey, maize, corn
soy, soybean, soya, palm oil, olive oil, canola, rapeseed, barley, oat, flour, salt, meat, lamb, mutton, livestock, cattle, goat
sheep, hide, leather, wool, carpet, garment, textile, clothing, shirt, shoe, toy, furniture, paper, pulp, rosewood, log, wood
ivory, ore
coltan, tin, zinc, lead, manganese, phosphate, product, good, import, export, produce, merchandise, cargo, shipment, car, bus
watch, brandy, vodka, whisky, beer, spirits, chocolate, nut, cashew, peanut, spice, pepper, vanilla, clove, khat, seafood, squid
tuna, shellfish, mussel, clam, oyster, sea cucumber, caviar, medicine, drug, vaccine, baby formula, insulin, cosmetics, ceramic
tile
glass, brick, clinker, plastic, rubber, electronics, phone, camera, truck part, solar panel, panel, bicycle, scooter, crop
commodity, rough stone, stone, farm good, dairy, food, foodstuff, feed, trade, sales, crude, barrel, mineral water, market
buying, grapefruit, citrus, date, fig, olive, raisin, saffron, cotton yarn, yarn, silk, dried fruit, soap, uranium, charcoal
sand, gravel, marble, granite
"""
TRANSPORT = """
airspace, port, harbour, harbor, border, crossing, flight, airline, carrier, airport, berth, ship, vessel, lorry, truck, train
canal, transit, sky, skies, road, bridge, water, waters, airfield, railway, freight, ferry, tanker, barge, landing rights, slot
quay, dock, route, rail, overflight, plane, frontier, border post, border crossing, checkpoint, land border, hauler, haulier
bus, boat, trawler
fishing boat, car ferry, freighter, longliner, aircraft, jet, runway, seaport, lock, strait, channel, shipping lane, corridor
transit paper, transit permit, convoy, overflight right, docking, anchorage, aviation, pass, traffic, cargo ship, sea lane
cruise ship, gate
"""
DIPLO = """
ambassador, envoy, diplomat, embassy, consulate, diplomatic relation, relation, tie, membership, seat, mission, consul, attache
attaché, high commissioner, high commission, charge d'affaires, chargé d'affaires, diplomatic tie, representative
consul general, military attache, representation, diplomatic mission, nuncio, contacts, voting rights
diplomatic contact, links, participation, observer status, delegation
"""
AGREEMENT = """
candidate status, status, treaty, accord, pact, agreement, trade preference, preference, trade perk, perk, customs union
protocol, trade deal, free-trade agreement, free trade agreement, customs pact, customs concession, concession
friendship treaty, association agreement, duty-free access, privilege, most favoured nation, most-favoured-nation status
memorandum, convention, trade talks, partnership, trade status
cooperation treaty, tariff preference, trading status, trade concession, fishing accord, trade privilege, market access
cooperation agreement, cooperation, police cooperation, fisheries deal, fishing rights, mining licence, duty-free status
tax treaty, extradition treaty, swap deal, trade accord, trade pact, gsp, trade agreement
"""
FINANCE = """
tax money, customs money, tax transfer, customs revenue, bank, loan, credit, lending, dollar, clearing, correspondent account
swift, payment, transfer, bond, capital market, financing, export credit, swap line, bank transfer, credit line, lender
loan guarantee, dollar clearing, financial, payment network, remittance, banking, american account, new york
correspondent banking, transaction, dealings, financial market, guarantee, debt, currency
payment system, swap, funds transfer, euro, bank licence, banking licence, wire transfer, money transfer, card payment
debt relief, credit guarantee, export guarantee
"""
SERVICES = """
trip, package tour, holiday, tour company, insurance, insurer, insuring, insure, reinsurance, consulting, accounting, tourism
tour, pilotage, certification, bunkering, legal service, service, advertising, travel agency, brochure, brokerage, hosting
cloud, auditing, audit, engineering service, classification, marine insurance, marine cover, cover, tug, repair, booking
tourist
"""
INVEST = """
investment, invest, investing, stake, joint venture, share, pension fund, investor, joint mining venture, venture
put money into, shareholder, take a stake, capital
"""
SECTORAL = """
oil sector, mining sector, energy sector, banking sector, gas sector, sector, oil industry, industry, price cap, oil licence
oil license, oil waiver, oil penalty, oil price cap, defence industry, oil cap, refining, general licence, general license
drilling licence
"""
BLOCKADE = "blockade, naval blockade, naval cordon, cordon, siege, sea blockade, fuel blockade, naval ring"
LICENCE = """
licence, license, permit, permission, waiver, exemption, carve-out, authorisation, authorization, derogation, reprieve
concession, quota, grace period
"""

# ---------------------------------------------------------------- who is hit or speaks: classes of head nouns
BODY = """
government, ministry, minister, president, premier, prime minister, spokesman, spokeswoman, spokesperson, spokespeople, envoy
ambassador, embassy, parliament, senate, congress, council, army, navy, central bank, customs, customs service, customs office
cabinet, commission, secretariat, authorities, authority, official, junta, regime, leader, king, queen, emir, sultan
crown prince, treasury
mfa, presidency, department, chancellor, chancellery, chancery, administration, house, state department, office, leadership
side, delegation, mission, foreign secretary, secretary, state secretary, military, military government, executive, palace
court, top diplomat, diplomat, commissioner, high commissioner, high representative, vice-president, vice president
deputy prime minister, foreign minister
taoiseach, governor, capital, coast guard, police, intelligence, security service, army council, agency, state agency
news agency, service, bureau, embassy, consulate, committee, chamber, lower house, upper house, assembly, ruler, rulers, monarch
monarchy, head of state, heads of state, head of government, attorney general, press service, transitional president, panel
speaker, chair, chairman, chairwoman
ministers, officials, ambassadors, leaders, state, country, nation, republic, union, bloc, members, capitals, navy, air force
port authority, patrol, patrols, secretary-general, secretary general, regulator, prosecutor general, general staff
ruling party, high commission, border guard, border committee, committee, functionary, federation, kingdom, emirate, sheikhdom
republic, duchy, neighbour, neighbor
customs authority, trade representative, trade ministry, negotiator, chief negotiator, national security adviser
security adviser, enforcement arm, statistics office, aviation authority, transport authority, plant-health service
health service, security council, state media, budget panel, permanent representative, charge d'affaires
chief cabinet secretary, rulers, generalissimo, caretaker government
"""
# people without the power: their state is not theirs to speak for
PRIVATE = """
lawmaker, senator, deputy, mp, congressman, congresswoman, legislator, opposition, opposition leader, opposition party, party
parties, activist, campaigner, group, rights group, ngo, charity, charities, union, guild, association, federation, bishop
church, exiles, exile, refugee, trader, traders, farmer, farmers, grower, exporter, importer, analyst, economist, expert, lawyer
student, think tank, newspaper, daily
paper, magazine, broadcaster, radio, television, channel, website, outlet, journalist, reporter, columnist, editor, source
people, person, aide, academic, professor, historian, resident, protester, union leader, businessman, business, company, firm
bank, airline, shipper, refiner, coalition, network, former president, former minister, former prime minister, ex-president
ex-minister, member of the european parliament, member of parliament
agency, news agency, wire, western diplomat, western envoy, diplomats, sources, insiders, fishermen, brewers, clerics
council of churches, chamber of commerce, lobby, foundation, watchdog, institute, insider, backbencher, general, survivor
families, relatives, critic, observer, banker, broker, consultant, baker, winemaker, dissident, bishops, nobel laureate, mayor
retired, monk, pope francis, caucus, faction, lower-level, MEP
member, members' group, exile group, advocacy group, human rights group, pressure group, veteran, singer, writer, author
"""
PERSON = """
official, minister, general, officer, commander, judge, prosecutor, oligarch, tycoon, businessman, businesswoman, politician
lawmaker, deputy, senator, governor, mayor, member, leader, boss, chief, head, director, executive, banker, trader, broker
middleman, smuggler, trafficker, dealer, financier, gangster, gang, warlord, militant, militiaman, fighter, rebel, militia
mercenary, soldier, brass, family, wife, wives
brother, son, daughter, cousin, spouse, ex-wife, relative, kin, aide, adviser, crony, ally, henchman, enabler, backer, supporter
financer, propagandist, journalist, editor, academic, student, tourist, traveller, citizen, national, resident, individual
person, people, man, woman, name, those, anyone, anybody, whoever, elite, heiress, magnate, baron, tsar, kingpin, envoy
diplomat, consul, hacker, spy, agent, prosecutor, sheriff
merchant, shareholder, owner, captain, crew, pilot, prisoner, jailer, warden, police chief, army chief, speaker, congressman, MP
lawyer, scientist, researcher, engineer, athlete, player, squad, minister's, colonel, major, admiral, brigadier, cleric
ayatollah, prince, princess, ex-minister, bureaucrat, functionary, apparatchik, strongman, coup maker, coup leader, junta member
putschist, plotter, settler, paramilitary, paramilitaries, group, faction, party
bodies, insider, expert, artist, singer, blogger, activist, dissident, coup makers, trustee, courier, recruiter, caucus, circle
clan, dynasty
"""
FIRM = """
company, firm, bank, lender, airline, carrier, refinery, refiner, refineries, corporation, conglomerate, manufacturer, maker
producer, insurer, insurance company, operator, exporter, importer, supplier, trader, holding, monopoly, plant, factory
shipyard, mine, smelter, yard, brokerage, exchange, charity, foundation, broadcaster, channel, media group, media outlet, outlet
university, institute, bureau, network, terminal, subsidiary, affiliate, entity, entities
enterprise, business, startup, start-up, telecom, phone company, casino, hotel, gallery, farm, farms, trust, fund, club, party
bureau, agency, arsenal, laboratory, lab, workshop, mill, port, airport, pipeline, bank accounts, contractor, developer, brewer
steelmaker, chipmaker, carmaker, drone maker, arms maker, gas giant, oil giant, state company, state oil company, group
shipping group, shipping company, shipping line, ferry line, line, payment system, platform, app
haulier, hauler, freight firm, ngo, church, consortium, cooperative, co-operative, syndicate, cartel, wallet, bourse
sovereign fund, bodies, organisation, organization, news agency, television station, station
"""
VESSEL = """
ship, vessel, tanker, boat, trawler, ferry, freighter, longliner, barge, fleet, yacht, plane, aircraft, jet, lorry, truck, train
bus, car, flight, helicopter, cutter, coaster, squadron, shadow fleet, fishing boat, tug, dhow, carrier, convoy, cargo ship
driver
"""
SECTOR = """
sector, industry, trade, oilfield, oil field, field, mining, aviation, civil aviation, economy sector, shipping, gem trade
banking sector, oil sector, energy sector, tourism, fishery, agriculture sector, mines, crypto sector, construction sector
defence sector, market for
"""
REGION = """
region, province, island, enclave, peninsula, settlement, exclave, territory, crimea, oblast, valley, city, town, village, port
north, south, west, east, archipelago, breakaway region, coast, district, sahel, gulf, caucasus, balkans, donbas
"""
ARMED = """
army, navy, police, troops, military, air force, forces, armed forces, security forces, guard, gendarmerie, ministry, government
regime, junta, authorities, state, treasury, central bank, soldiers, administration, leadership, parliament, embassy
oil ministry, defence ministry, interior ministry, ambassador, envoy, economy, country, republic, kingdom, banknotes
"""
