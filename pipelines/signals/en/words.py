"""The word lists of English: what is said of sanctions, by sense.

Each block is one group; commas and lines part phrases, `*` is a gap. Sources: reading of wire copy and communiqués, CAMEO's verb
dictionaries for the classes of acts, and the thesaurus. Known to be thin: idioms, of which new ones are made every day.
"""

# ---------------------------------------------------------------- acts: verbs that need a measure noun as object or subject
IMPOSE = """
charge, collect, impose, reimpose, re-impose, slap, levy, clap, enact, inflict, decree, adopt, apply, introduce, announce
unveil, order, activate
launch, trigger, enforce, implement, institute, instate, reinstate, pronounce, promulgate, declare, clamp, mete out, roll out
bring in
bring down, bring back, lay, put, place, set, slam, fire off, unleash, ram through, push through, sign, approve, endorse, ratify
agree
agree on, settle on, pass, vote for, back, publish, issue, gazette, hit * with, strike * with, punish * with, target * with
whack, smack, put * under, place * under, subject * to, bring * under, follow * with, respond with, retaliate with
hit back with, answer * with
mirror, match, copy, join, join in, follow, snap back, proclaim, rubber-stamp, green-light, finalise, finalize, give effect to
deploy, wield, use, resort to, go along with, decide, decide on, vote, resolve, move, choose, opt, opt for, agree upon
"""
# measures as subject: they begin
BEGIN = """
take effect, come into force, enter into force, come into effect, kick in, start, begin, go into effect, become effective, bite
hit, target, cover
apply, be in force, take hold, follow, fall on, enter in force, strike, name, list, freeze, ban, bar, forbid, prohibit, block
restrict, blacklist
"""
# ---------------------------------------------------------------- acts: verbs that sanction their object
PUNISH = """
sanction, blacklist, black-list, embargo, penalise, penalize, punish, designate, blackball, proscribe, go after, crack down on
ostracise, ostracize
put * on * blacklist, put * on * list, add * to * list, add * to * blacklist, place * on * list, place * on * blacklist
add * name, put * under, place * under, list
name * on, include * in * list, include * on * list, put * on * entity list, put on * list, put on * blacklist, add to * list
add to * blacklist
hit back at, hit back, strike back, retaliate, take measures, take action against, take steps against, take countermeasures
respond in kind, answer in kind, reply in kind
move against, turn the screw on, tighten the screw on, turn its back on, put pressure on, squeeze, isolate, boycott, sever
quarantine, ground
use * as a lever, use * as a weapon, use * as leverage, weaponise, weaponize, end up on, wind up on, land on, find itself on
make * pay, make * suffer, exact a price, draw consequences, draw conclusions, crack down
"""
# take away what is owned
FREEZE = """
freeze, seize, impound, confiscate, sequester, sequestrate, attach, block, immobilise, immobilize, lock up, lock, tie up
take over, nationalise, nationalize, void, expropriate
"""
# forbid
BAN = """
tax, take * off * brochures, take * off * shelves, pull * from * shelves, strike * from * brochures, take * off * air
shut * out, throw * out of, lock * out, squeeze * out, freeze * out, cut * out, leave * out, push * out, ban, bar, prohibit
forbid, outlaw, exclude, shut out, keep out, lock out, turn away, turn back, send back, send home, refuse, deny, disallow
reject, block, shun
stop * from, prevent * from, keep * out, keep * from, bar * from, restrict, limit, curb, curtail, cap, choke, choke off
squeeze out, freeze out, drive * out
not let, no longer allow, show * the door, close * to, declare * unwelcome, veto, strip, deprive, disconnect, unplug, hold up
interdict, detain, ground
"""
# close a place or a way
CLOSE = """
close, shut, seal, seal off, close off, shut off, shutter, shut down, close down, bolt, lock, slam * shut, barricade, bar, block
blockade, ring, fence off, wall off
"""
# stop what flowed
STOP = """
stop, halt, suspend, cease, end, pause, cut, cut off, cut * off, sever, block, withhold, hold back, pull, cancel, revoke
rescind, scrap, tear up, rip up, freeze, terminate
break off, break, discontinue, choke, choke off, squeeze, axe, ax, slash, reduce, shelve, annul, abrogate, denounce, renounce
interrupt, turn off, switch off, shut off, dry up
withdraw, pull out of, quit, leave, abandon, put * on ice, put * on hold, throttle, curtail, curb, limit, restrict, downgrade
void, lock away, strip * of, deprive * of
take away, remove, refuse, deny, keep back, retain, divert, close the tap, shut the tap, turn off the tap, put an end to
call off, unwind, hold, stanch, staunch, starve
"""
# send home or call home
EXPEL = """
retire, expel, throw out, kick out, boot out, eject, recall, withdraw, pull, pull out, call home, call back, bring home
order out, order * out, send home, send packing, evict, turf out
show * the door, declare * persona non grata, declare * unwelcome, drive out, deport, summon * home, order home, ask * to leave
tell * to leave, give * to leave, downgrade, suspend, oust
throw * out, send * home, call * home, kick * out, close, shut, break off, sever, cut
"""
# the target loses
LOSE = """
lose, cost, forfeit, do without, go without, forget, miss out on, say goodbye to, kiss goodbye, be stripped of, be deprived of
be shut out of, be cut off from, be left without, wave goodbye to
"""
# what flowed comes to an end by itself: the thing is the subject
CEASE = """
go into the freezer, go into deep freeze, go on ice, go out of the window, go out the window, go up in smoke, be over, be off
be gone, be finished, be dead, be history, be no more, be closed, be shut, be void, dry up, run dry, come to an end
come to a halt
come to a stop, grind to a halt, end, stop, cease, go, close, shut, fall away, be off limits, be off-limits, be out of bounds
be at an end, be done, go dark, go cold, be torn up, be in the balance, be out of reach, disappear, fall silent
go to others, find other buyers, go elsewhere, be closed to, be barred, slam shut, slam, be worth nothing, be worthless
be waste paper, be next, come next, follow, be in danger, be at risk, be in jeopardy, stand idle, be under threat
"""
# what flows goes on: said of something that might have been stopped
FLOW_ON = """
go on, continue, keep flowing, keep coming, carry on, flow on, stay open, remain open, keep going, go ahead, go on as before
run as before, not stop, keep running, go on flowing, continue to flow, be safe, be secure, be guaranteed, be unaffected
"""
# ---------------------------------------------------------------- easing
EASE = """
lift, ease, remove, waive, drop, scrap, end, relax, loosen, soften, suspend, repeal, revoke, rescind, undo, unwind, terminate
cancel, abolish, roll back, do away with, dismantle
withdraw, weaken, relieve, pare back, wind down, phase out, strike down, annul, overturn, quash, rip up, tear up, reverse
take back, put an end to, call off, halt, stop, dilute, trim
narrow, lighten, discontinue, pull, cut, free * from, exempt * from, spare * from, carve * out of, spare, exempt, shield * from
release * from, reduce, let up on, backpedal on, bring out from under
bring * out from under, take * out from under, discard, axe, bury, water down, take off, unfreeze, dispense with, go back on
back away from, retreat from, let go of
"""
# a name leaves the list; something frozen is let go; something stopped flows again
RELEASE = """
delist, de-list, unfreeze, unblock, release, free, hand back, give back, return, take * off * list, take * off * blacklist
strike * off * list, strike * off, remove * from * list, remove * from
drop * from * list, drop * from * blacklist, cross * off, let * back in, let * back, let * in again, readmit, re-admit, reopen
re-open, resume, restore, restart, reinstate, re-establish, welcome * back
allow * again, buy * again, take * again, sell * again, let * again, let * cross again, bring * back into, reconnect, unlock
open up, let * through, put * back on * list, clear * for
grant * waiver, grant * exemption, issue * licence, issue * license, issue * waiver, grant * licence, grant * license, exempt
renormalise, normalise, normalize, send * back, return * to, go back to buying
allow * back, accept * again, admit * again, open * again, let * dock, let * flow, let * land, let fuel, open
"""
# measures run out
LAPSE = """
lapse, expire, run out, end, fall away, cease to apply, cease, come to an end, be gone, disappear, run its course, go, sunset
die, peter out, be over, be history, go away, be no more
let * lapse, let * expire, let * run out, allow * to lapse, allow * to expire, leave * to lapse, let * die, let * slip
allow * to run out, not renew, fail to renew, choose not to renew, not be renewed, not be extended
"""
# ---------------------------------------------------------------- keeping and widening
KEEP = """
keep, remain, stay, maintain, retain, leave * in place, uphold, stand, persist, stick to, stick with, cling to, hold on to
leave * untouched, leave * intact, preserve, sustain, hold firm, be here to stay
keep * in place, keep up, leave * unchanged, stand by, remain in force, stay in force, remain in place, stay in place, stay shut
remain closed, stay closed, remain shut, stay frozen, remain frozen
"""
EXTEND = """
cover * too, now cover, cover * as well, also cover, extend, renew, prolong, roll over, roll * over, widen, broaden, expand
tighten, toughen, strengthen, step up, harden, deepen, reinforce, intensify, ratchet up, escalate, beef up, stiffen, sharpen
lengthen, enlarge
add to, top up, build on, double down on, carry over, carry forward, re-up, upgrade, turn the screw, tighten the screw
tighten the screws, turn the screws, tighten the noose, ramp up, scale up, augment
re-authorise, reauthorise, reauthorize, re-enact, heighten, continue
"""
# ---------------------------------------------------------------- getting round
DODGE = """
evade, dodge, skirt, circumvent, bypass, breach, violate, flout, bust, break, smuggle, get round, get around, sidestep
side-step, slip past, slip through, contravene, infringe, defy, flouted, work around
outwit, run the blockade, subvert, route around, sneak past, slip * past, sneak * past, smuggle * past
"""
DODGE_NOUN = """
evasion, breach, violation, circumvention, sanctions-busting, sanctions busting, sanctions-buster, busting, contravention
infringement, defiance, sanctions evasion, sanctions-evasion, sanctions breach, embargo-busting
"""
# fixed ways to say "against the ban"
AGAINST = """
out of reach of, beyond the reach of, behind the back of, in breach of, in violation of, in defiance of, in contravention of
in spite of, despite, contrary to, in disregard of, under the nose of, in the teeth of, in plain breach of, in open breach of
in flagrant violation of
"""
# police, courts and prosecutors at work on a case
PROSECUTE = """
charge, jail, sentence, convict, indict, arrest, prosecute, fine, imprison, detain, settle, plead guilty, accuse, try, extradite
raid, investigate, seize, search, find guilty, go on trial, stand trial, haul * before, penalise, penalize, punish
book, nab, put behind bars, lock up, put * on trial, suspect, uncover, expose, catch
"""
# ---------------------------------------------------------------- nouns of measures
# always about restrictions
MEASURE = """
blockade, closed border, sealed border, shut border, punitive step, punitive action, retaliatory measure, coercive measure
economic measure, retaliatory step, restrictive step, punitive move, economic pressure, export rule, oil embargo, arms embargo
trade embargo, sanction, embargo, asset freeze, travel ban, blacklist, black list, countermeasure, counter-measure
counter-sanction, countersanction, arms ban, oil ban, visa ban, import ban, export ban, price cap, boycott
trade ban, entry ban, flight ban, investment ban, sanctions package, punitive measure, restrictive measure, punitive tariff
punitive duty, export control, trade curb, no-fly list, entity list, sanctions list
"""
# about restrictions when a state or a good stands by them
MEASURE_WEAK = """
ban, curb, restriction, penalty, measure, blockade, tariff, duty, freeze, limit, prohibition, moratorium, cut-off, cutoff
shutdown, shut-off, suspension, closure, expulsion, recall, halt, stop, stoppage, veto, levy, surcharge, quota, cap
closing, freezing, halting, blocking, sealing, stopping, banning, barring, shutting, expelling, loss, end to, cut in, denial
refusal, revocation, termination, severing, interruption, reduction, block on, cut, list, listing, designation, blacklisting
delisting, pressure, reprisal, retaliation, punishment, snapback, package, clampdown, crackdown, squeeze, isolation, steps
response, consequence, repercussion, answer, sweep, deadline
decision, rule, visa rule, licence rule, entry rule, export rule, regulation, decree, tit-for-tat, ostracism, severance, act
withdrawal, seizure, confiscation, stranglehold, stop on, door, exclusion, cancellation, punishments, barrier, hurdle
"""
# ---------------------------------------------------------------- operators: what is done with the act
WEIGH = """
consider, weigh, mull, ponder, study, examine, explore, discuss, debate, draft, draw up, prepare, contemplate, look at
look into, eye, float, review, evaluate, assess, think about, deliberate, work on, craft, put together
toy with, moot, reflect on, think of, think aloud, plot, scheme, devise, map out, shape, sketch, sketch out, hatch, ready
analyse, analyze, entertain, chew over, flirt with, sound out, talk about, talk of, speak about, negotiate
hammer out, compile, assemble, type up, write up, line up, take up, dust off, lean towards, edge towards, inch towards
move towards, keep open, propose, table, put forward, suggest, tee up, float the idea
prime, gear up for, put * to a vote, vet, wonder aloud, ask itself, be minded to, circulate, finalise, thrash out, argue over
wrangle over, be split over, be divided over, brainstorm
"""
WEIGHED = """
no tool has been taken out, off the table, every option, all options, doors are still open, remain open, leaves the door open
left the door open, nothing has been decided, no decision, keeps all, on the table, in the works, under consideration
under discussion, under review, under study, under debate, in preparation, being considered, being weighed, being drafted
being prepared, being looked at, in the pipeline, on the drawing board
on the agenda, up for discussion, being discussed, being studied, being examined, being drawn up, not excluded, in the offing
on the cards, understood to, said to be, being mulled, all options, on the menu, being readied
in the making, up for debate, up for a vote, near completion, being worked on, in draft, under way
"""
BILL = """
bill, draft law, draft, motion, legislation, proposal, amendment, members' bill, text, draft resolution, draft decree
draft order, draft regulation, private members' bill, draft act
"""
CHAMBER = """
parliament, senate, house, congress, chamber, lower house, upper house, assembly, bundestag, duma, knesset, committee, lawmaker
senator, legislator, legislature, deputies, commons, lords, diet, panel, riksdag, storting, rada, sejm, seimas
majlis, national assembly, house of representatives, parliamentarian, congressman, congresswoman, majilis, milli majlis
folketing, eduskunta, cortes, seanad, dail, upper chamber, lower chamber, mps, mp, subcommittee
"""
FILE = """
file, table, introduce, submit, lodge, sponsor, tabled, pass, vote, vote for, back, approve, adopt, advance, clear, move
bring in, put forward, take up, debate, endorse, present, strike, amend, give * a first reading, wave through, drop, draft
"""
ASK = """
ask, urge, call on, call for, call upon, demand, press, press for, appeal, plead, beg, want, request, petition, implore, lobby
push, push for, exhort, entreat, beseech, insist, insist on, recommend, advise, pressure, seek, invite, clamour for, clamor for
would like, propose, advocate, agitate for, campaign for, argue for, encourage, prod, nudge, nag, importune, prevail on
cry out for, need, make the case for, plead for, plead with, plead to, wish, appeal for, appeal to, solicit, hope for, rally
favour, favor, be in favour of, be in favor of, demand that, back calls for
"""
ASK_NOUN = """
call, plea, appeal, petition, demand, request, entreaty, exhortation, recommendation, prayer, letter, lobbying, pressure
"""
THREATEN = """
threaten, warn, vow, pledge, promise, swear, menace, caution, give notice, serve notice, put * on notice, put on notice
issue an ultimatum, set an ultimatum, give an ultimatum, raise the prospect, hold out the prospect, dangle, remind, signal, hint
let it be known, make known, make it clear, make clear, make plain, leave no doubt, brandish, telegraph, foreshadow, announce
hint at, raise the spectre, raise the specter, intimate, alert, put the world on notice, commit to, undertake, inform, notify
"""
# of these, the ones that threaten only with a clause below them ("hinted that it might"), not with a noun
HINT = "remind, signal, hint, announce, alert, make clear, make plain, inform, notify, telegraph, intimate, make known"
THREAT_NOUN = "threat, warning, ultimatum, menace, vow, pledge, promise, notice, sabre-rattling, saber-rattling, rumble"
PLAN = """
offer, plan, intend, aim, be ready, stand ready, be prepared, be set, be poised, reserve the right, not hesitate, be determined
mean, be resolved, be about, be going, have every intention, get ready, look set, have no choice, be minded, will not hesitate
not flinch
have the right, shall not hesitate, see a need, see need, see any need, see reason, see a reason, see any reason, think of
be bound, be due, be in a position
"""
READY = "ready, prepared, set, poised, willing, determined, about, going, resolved, bound, due, inclined, minded"
# verbs that lend their tense to the act below them: "would see Lisbon end its treaty", "will mean a ban"
LIGHT = """
see, mean, bring, trigger, find, lead to, result in, entail, spell, let, make, have, bring about, meet with, meet * with
provoke, prompt, proceed to, set about, go ahead with, end up, risk, face, suffer, incur, follow with, undergo
"""
EXPECT = """
be expected, be likely, look likely, expect, be thought, be believed, be seen, be understood, be rumoured, be rumored, be tipped
"""
REFUSE = """
refuse, decline, rule out, rule * out, exclude, resist, oppose, reject, turn down, rebuff, spurn, balk at, baulk at
shy away from, stop short of, shrink from, steer clear of, stay away from, refrain from, abstain from, swear off, forswear
eschew, see no need
see no reason, have no intention, have no plans, have no plan, not see a need, not consider, give * no sign, say no to, deny
avoid, dismiss, brush aside, brush off, wave away, wave aside, slam the door on, close the door to, close the door on
shut the door on, hold off on, hold back from
decide against, vote against, rule against, advise against, be out of the question, be off the table, be unthinkable
be no option, nix, pour cold water on, snub, block, veto, vote down, vote against, not contemplate, turn a deaf ear to
will hear nothing of, find no, throw out, defeat, kill, strike down, discard, not countenance, quash
"""
RETRACT = """
shelve, walk back, withdraw, drop, take back, retract, delete, back down, back down on, back away from, back off, back off from
abandon, climb down, rescind, recant, disavow, disown, scrap, bury, ditch, pull, postpone, put off, hold off, defer, delay
call off, cancel, recall, backtrack
backtrack on, back-pedal, backpedal, row back, row back on, u-turn, reverse course, stand down, step back from, pull back
pull back from, tear up, freeze, suspend, revoke, pause, halt, void, annul, unsay, misspeak, be issued in error, water down
relent, die in committee, die, fail, fall through, be voted down
go back on, lay aside, put aside, park, mothball, kick into the long grass, distance * from, distance itself from, apologise for
apologize for, eat its words, eat his words, change its mind, think better of, swallow
"""
PLAN_NOUN = """
plan, proposal, notice, threat, warning, announcement, idea, decision, intention, order, decree, ultimatum, bill, motion, draft
post, statement, remark, vow, pledge, move, scheme, project, push, talk, measure, letter, promise, effort, bid, initiative
"""
DENY = """
deny, reject, dismiss, refute, rebut, contest, dispute, disown, repudiate, brush off, brush aside, protest, disavow, gainsay
deride, ridicule, scorn, scoff at, laugh off, swear, insist, maintain, disclaim, shrug off, wave away, bristle at, hit out at
rubbish, pooh-pooh, decry, wash its hands of
rule out, negate, take issue with, push back against, object to, deplore, counter, assert, stress, affirm, assure, contend
plead innocent
"""
# strong ones: they deny whatever follows
DENY_STRONG = """
deny, reject, dismiss, refute, rebut, dispute, disown, repudiate, brush off, brush aside, disavow, disclaim, deride, ridicule
scoff at, laugh off, rubbish, pooh-pooh, contest, wave away, negate, wash its hands of, push back against, shrug off, gainsay
"""
FALSE = """
baseless, groundless, unfounded, false, absurd, fabrication, fabricated, fable, fairy tale, fairy tales, slander, lie, lies
invention, forgery, fake, nonsense, untrue, fiction, fantasy, smear, hoax, rubbish, propaganda, concocted, invented, myth
calumny, ridiculous
ludicrous, laughable, far-fetched, without foundation, without basis, made up, made-up, wild, defamatory, libel, disinformation
misunderstanding, pure invention, figment, canard, not true, no truth, fanciful, spurious, bogus, preposterous, trumped-up
malicious, ill-founded, misinformation, tall tale, fantasies, fictitious, outlandish, falsehood
"""
CHARGE = """
charge, allegation, accusation, claim, report, reports, rumour, rumor, suggestion, finding, findings, conduct, slur, insinuation
ultimatum, charges, story, assertion, talk, version, raid, involvement, complicity, evidence, role, responsibility, wrongdoing
"""
REPORT = """
let * know, say, tell, announce, report, state, declare, claim, allege, write, add, note, inform, warn, explain, reveal, confirm
disclose, comment, remark, argue, believe, think, suggest, mention, quote, cite, complain, reckon, predict, forecast, observe
acknowledge, admit, concede, recall, reply, respond, answer, stress
speculate, muse, quip, sigh, tweet, post, manifest, assure, indicate, clarify, point out, underline, underscore, emphasise
emphasize, insist, repeat, reiterate, maintain, contend, assert, accuse, affirm, communicate, testify, recount, describe, name
call, brand, label, term, voice, hold, specify, promise, vow, threaten, caution, pledge, remind, propose
"""
CLAIM = "claim, allege, accuse, complain, suspect, believe, fear, assert, contend, charge, lament, protest"
ACCORDING = "according to, per, in the words of, in the telling of, citing, quoting"
ASKING = """
ask whether, ask if, ask about, wonder, wonder whether, wonder if, want to know, press on whether, question whether, enquire
inquire, quiz, query, would not say, be asked, ask when, ask how, would not be drawn, decline to say, refuse to say
declined to comment, would not comment, give no answer, did not say whether
not comment, avoid the question, leave open, leave * open, dodge the question, duck the question, no comment, remain unclear
be unclear, press * on whether, draw * on whether, say whether, know whether, know if
"""
# ---------------------------------------------------------------- what keeps an act from being an act of today
NOMINAL = """
fear, risk, prospect, spectre, specter, shadow, threat, talk, possibility, danger, worry, concern, hope, likelihood, chance
expectation, speculation, scare, dread, anxiety, history, era, effect, impact, cost, loss, memory, joke, question, story, debate
row, burden, weight, brunt, pain
toll, absence, relief, regime, policy, effectiveness, aftermath, legality, lawyer, coordinator, expert, compliance, adviser
advisor, specialist, desk, officer, envoy, list of worries
"""
COUNTERFACTUAL = """
imagine, dream, suppose, in theory, in a novel, in the novel, war game, simulation, wargame, thought experiment, hypothetically
in a parallel, alternate history, were wishes, wishes were
"""
PAST = """
ago, last year, last spring, last summer, last autumn, last winter, last month, last decade, decades, years since, since its
century, nineties, eighties, seventies, sixties, in the past, years later, a year on, months after, years after, months later
weeks after, year after it, dating from, formerly, history, historical, museum, memoir, memoirs, veteran, anniversary
earlier this year, years of, in those days, at the time
previous, that autumn, that spring, that summer, that winter, that year, dating from, long ago, back then, two decades
half a century, used to
"""
# ---------------------------------------------------------------- other senses
SPORT = """
club, player, coach, league, goalkeeper, athlete, sprinter, doping, umpire, referee, football, tennis, cricket, rugby, olympic
olympics, tournament, championship, fifa, uefa, relegated, relegation, transfer embargo, squad, stadium, striker, fixture
basketball, hockey, handball, swimmer, cyclist
rower, rowing, boxer, federation, medal, medallist, world cup, midfielder, skater, wrestler, marathon, docked
court of arbitration, governing body, continental body, weightlifter, weightlifting, gymnast, skier, biathlon, volleyball, chess
jockey, penalty shoot-out, spot, runner, second sample, home game, whistle, dressing room
eights, fencer, derby, kick-off, touchline, sin-bin, qualifier, swimming, skating, boxing, wrestling, judo, rugby union
anti-doping, batsman, bowler, winger, footballer, teammate, locker room, cup final, athletics, sporting
"""
LEGAL = """
judge, counsel, lawyer, attorney, barrister, court, tribunal, bar association, motion, filing, filings, plaintiff, defendant
law society, disciplinary, contempt, magistrate, prosecutor, misconduct, malpractice, brief
"""
COMPANY = """
hotel, staff, employees, employer, worker, workers, pupils, students, teachers, teacher, pupil, school, university, headmaster
shop, franchise, drivers, tenants, users, readers, members, company, chain, app, customers, clock-ins, nurses, passengers
doctor, doctors, landlord, party, deputy, councillor, civil servants, golf, bakery, broadcaster, station, radio
regulator, watchdog, insider, competition, antitrust, cartel, search engine, tax, late fees, hygiene, newsroom, editors
embargoed copy, journal, review
"""
APPROVE_OBJECT = """
loan, budget, plan, post, posts, project, railway, scheme, expenditure, construction, hiring, merger, use, marriage, festival
payment, fund, funds, grant, spending, amount, crore, purchase, programme, program, overtime, raid, operation, strike, strikes
war, killing, force, intervention, overhaul, deal, visit, rally, march, expansion, development
leave, bonus, salary, appointment, vacancies, ceremony, holiday, renovation, repair, tender, contract, contracts, road, bridge
hospital, school, scholarship, pension, pensions, increase, extension, prosecution, demolition, invasion, torture, attack
use of force, mission, allowance, acquisition, sale, scheme, marriages, wedding, release, upgrade, calls, insults, protest
"""
# adjectives and firms before "-sanctioned" that mean "approved by"
APPROVERS = """
court, government, state, un, church, school, council, league, veterinary, officially, party, fifa, federation, city, police
board, king, crown, nato, vatican, clergy, fda, uefa, publicly, internationally, federally, ministry
"""

# said of a notice or remark that is taken back
MISTAKEN = """
in error, by mistake, misspoke, misquoted, misunderstood, out of context, no such order, by accident, prematurely, null and void
"""
# encircle
BLOCKADE_VERB = "ring, encircle, blockade, cordon off, besiege, seal off, lay siege to"
# what was stopped flows once more
FLOW_AGAIN = """
flow again, resume, be resumed, be restored, run again, roll again, cross again, open again, reopen, start again, start up again
fly again, return, go back, come back
"""
# a state to its own: what it orders is done
INSTRUCT = "instruct, order, direct, command, tell, forbid, advise"
# a clear-headed look at what a state gives: aid, preferences, ties
REVIEW = """
review, reconsider, reassess, re-examine, reexamine, rethink, look again at, go through, re-evaluate, revisit
put * under review, put * to review, place * under review, be under review, audit, take a fresh look at, take another look at
come under review
go over, weigh up, take stock of, call into question, call * into question
"""
# a party says that another does it
ACCUSE = "accuse, blame, suspect, reproach, upbraid"
# the act told before, once more: "Chile and Peru did so", "will not follow suit"
LIKEWISE = """
do the same, follow suit, do so, do likewise, take the same step, take a similar step, follow * example, do as much, follow
"""
