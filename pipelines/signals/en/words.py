"""The word lists of English: what is said of sanctions, by sense.

Each block is one group; commas and lines part phrases, `*` is a gap. Sources: reading of wire copy and communiqués, CAMEO's verb
dictionaries for the classes of acts, and the thesaurus. Known to be thin: idioms, of which new ones are made every day.
"""

# ---------------------------------------------------------------- acts: verbs that need a measure noun as object or subject
IMPOSE = """
charge, collect, impose, reimpose, re-impose, slap, levy, clap, enact, inflict, decree, adopt, apply, introduce, announce, unveil
order, activate, launch, trigger, enforce, implement, institute, instate, reinstate, pronounce, promulgate, declare, clamp
mete out, roll out, bring in, bring down, bring back, lay, put, place, set, slam, fire off, unleash, ram through, push through
sign, approve, endorse, ratify, agree, agree on, settle on, pass, vote for, back, publish, issue, gazette, hit * with
strike * with, punish * with, target * with, whack, smack, put * under, place * under, subject * to, bring * under, follow * with
respond with, retaliate with, hit back with, answer * with, mirror, match, copy, join, join in, follow, snap back, proclaim
rubber-stamp, green-light, finalise, finalize, give effect to, deploy, wield, use, resort to, go along with, decide, decide on
vote, resolve, move, choose, opt, opt for, agree upon, bring into force, put into force, put into effect, write into law
sign into law, sign off on, sign off, ink, initial, countersign, wind round, wind around, wrap round, wrap around, spring
visit on, visit upon, saddle * with, lumber * with, hit out with, swoop, ordain, prescribe, gavel through, wave through
nod through, stamp, rubber stamp, bring to bear, brandish
"""
# measures as subject: they begin
BEGIN = """
take effect, come into force, enter into force, come into effect, kick in, start, begin, go into effect, become effective, bite
hit, target, cover, apply, be in force, take hold, follow, fall on, enter in force, strike, name, list, freeze, ban, bar, forbid
prohibit, block, restrict, blacklist, kick off, become law, bind, start to bite, see the light of day, go live, set in
descend on, come down on, close in on, snare, catch, ensnare, hook, sweep up
"""
# ---------------------------------------------------------------- acts: verbs that sanction their object
PUNISH = """
sanction, blacklist, black-list, embargo, penalise, penalize, punish, designate, blackball, proscribe, go after, crack down on
ostracise, ostracize, put * on * blacklist, put * on * list, add * to * list, add * to * blacklist, place * on * list
place * on * blacklist, add * name, put * under, place * under, list, name * on, include * in * list, include * on * list
put * on * entity list, put on * list, put on * blacklist, add to * list, add to * blacklist, hit back at, hit back, strike back
retaliate, take measures, take action against, take steps against, take countermeasures, respond in kind, answer in kind
reply in kind, move against, turn the screw on, tighten the screw on, put pressure on, squeeze, isolate, boycott, sever
quarantine, ground, use * as a lever, use * as a weapon, use * as leverage, weaponise, weaponize, end up on, wind up on, land on
find itself on, make * pay, make * suffer, exact a price, draw consequences, draw conclusions, crack down, put on * register
put * on * register, add * to * register, add to * register, enter * on * list, enter * in * register, inscribe * on * list
write * onto * list, put * name on, add * names, stick * on * list, stick * on * blacklist, black list, put on * own list
put on * its list, relist, re-list, list * anew, list * afresh, list * again, tar, pillory, shackle, hit * where it hurts
turn the screws on, tighten the screws on, turn up the heat on, bring down the hammer on, come down on, come down hard on
strike at, hit out at, take aim at, put * in * crosshairs, lower the boom on, throw the book at, tighten the noose round
tighten the noose around, draw the noose tighter, apply the thumbscrews, clamp down on, sting, turn its back on
"""
# take away what is owned
FREEZE = """
freeze, seize, impound, confiscate, sequester, sequestrate, attach, block, immobilise, immobilize, lock up, lock, tie up
take over, nationalise, nationalize, void, expropriate, lock away, padlock, put under lock and key, ice, garnish, commandeer
distrain, take possession of, put out of reach, take into custody, lay hands on, arrest, requisition, fence in, ring-fence
"""
# forbid
BAN = """
tax, take * off * brochures, take * off * shelves, pull * from * shelves, strike * from * brochures, take * off * air, shut * out
throw * out of, lock * out, squeeze * out, freeze * out, cut * out, leave * out, push * out, ban, bar, prohibit, forbid, outlaw
exclude, shut out, keep out, lock out, turn away, turn back, send back, send home, refuse, deny, disallow, reject, block, shun
stop * from, prevent * from, keep * out, keep * from, bar * from, restrict, limit, curb, curtail, cap, choke, choke off
squeeze out, freeze out, drive * out, not let, no longer allow, show * the door, close * to, declare * unwelcome, veto, strip
deprive, disconnect, unplug, hold up, interdict, detain, ground, turn back at, turn round, turn around, wave off, send away
proscribe, freeze * out of, shut * off from, wall * off from, fence * off from, fence off from, cut * off from, keep * off
keep * away, keep back from, warn off, hold back, put a stop to, put a ban on, slap a ban on, put out of bounds, put off limits
place off limits, taboo, lock * out of, shut * out of, turn * away, turn * back, send * back, send * away, send * home
bar * entry, bar * from entering, tax * out of, price * out of, pull * off * shelves, clear * from * shelves, leave * on the quay
leave * on the wharf
"""
# close a place or a way
CLOSE = """
close, shut, seal, seal off, close off, shut off, shutter, shut down, close down, bolt, lock, slam * shut, barricade, bar, block
blockade, ring, fence off, wall off, padlock, slam, board up, lock up, brick up, chain up, chain, latch, nail shut
pull down the shutters, turn the key, turn the key on, wall up, bar the way, bar the road, shut the gate, shut the gates
block off, cordon, barricade off, close up
"""
# stop what flowed
STOP = """
stop, halt, suspend, cease, end, pause, cut, cut off, cut * off, sever, block, withhold, hold back, pull, cancel, revoke, rescind
scrap, tear up, rip up, freeze, terminate, break off, break, discontinue, choke, choke off, squeeze, axe, ax, slash, reduce
shelve, annul, abrogate, denounce, renounce, interrupt, turn off, switch off, shut off, dry up, withdraw, pull out of, quit
leave, abandon, put * on ice, put * on hold, throttle, curtail, curb, limit, restrict, downgrade, void, lock away, strip * of
deprive * of, take away, remove, refuse, deny, keep back, retain, divert, close the tap, shut the tap, turn off the tap
put an end to, call off, unwind, hold, stanch, staunch, starve, yank, pull the plug on, extinguish, strangle, stifle, asphyxiate
drain, bring to a halt, bring to a stop, bring to an end, call a halt to, put a halt to, put a stop to, call time on
ring down the curtain on, bring down the curtain on, wind up, wind down, phase out, do away with, dispense with, drop
stop stamping, shut the valve, close the valve, turn off the valve, turn off the gas, close the spigot, dam, dam up, bottle up
cut back, pare, pare back, cut to nil, cut to zero, drop to zero, claw back, not renew, not extend, nullify, invalidate
cancel out, abort, wipe out, erase, gut, trim, ration, disrupt, intermit, embargo, hold up, keep under lock, unplug
disconnect, decouple, demote, walk away from, walk out of, opt out of, bow out of, exit, disengage from, pull the rug from under
cut the cord, cut the cable, cut the wire, cut the lines, strike off, strike out, put on ice, put into the freezer
put in the deep freeze, put in cold storage
"""
# send home or call home
EXPEL = """
retire, expel, throw out, kick out, boot out, eject, recall, withdraw, pull, pull out, call home, call back, bring home
order out, order * out, send home, send packing, evict, turf out, show * the door, declare * persona non grata
declare * unwelcome, drive out, deport, summon * home, order home, ask * to leave, tell * to leave, give * to leave, downgrade
suspend, oust, throw * out, send * home, call * home, kick * out, close, shut, break off, sever, cut, bring back, fetch home
put * on * plane, put * on * flight, put * on a plane, put * on the next plane, give * hours to leave, give * days to leave
give * marching orders, strip * of * accreditation, strip of * credentials, withdraw * accreditation, banish, drum out, cast out
chuck out, hound out, bundle out, escort to the border, unseat, walk out of, call * back, summon home, summon back, pack off
pack * home, bring * home, take * home, pull * out, turn the key on, padlock, mothball, shutter
"""
# the target loses
LOSE = """
lose, cost, forfeit, do without, go without, forget, miss out on, say goodbye to, kiss goodbye, be stripped of, be deprived of
be shut out of, be cut off from, be left without, wave goodbye to, find itself without, remain without, remain itself without
whistle for, be parted from, be cut adrift from, be frozen out of, be locked out of, be fenced off from, be barred from
be denied, forgo, see the back of, see the last of, part with, part company with, take leave of, bid farewell to, say farewell to
kiss * goodbye, wave * goodbye, say * goodbye, bid * farewell, wave goodbye, say goodbye, forget about
"""
# what flowed comes to an end by itself: the thing is the subject
CEASE = """
go into the freezer, go into deep freeze, go on ice, go out of the window, go out the window, go up in smoke, be over, be off
be gone, be finished, be dead, be history, be no more, be closed, be shut, be void, dry up, run dry, come to an end
come to a halt, come to a stop, grind to a halt, end, stop, cease, go, close, shut, fall away, be off limits, be off-limits
be out of bounds, be at an end, be done, go dark, go cold, be torn up, be in the balance, be out of reach, disappear, fall silent
go to others, find other buyers, go elsewhere, be closed to, be barred, slam shut, slam, be worth nothing, be worthless
be waste paper, be next, come next, be in danger, be at risk, be in jeopardy, stand idle, be under threat, be off the table
stop going, stop coming, stop flowing, stop running, stop rolling, leave no more, be a closed shop, be closed shop, go home
go back to, go back by, be sent packing, be no longer welcome, be unwelcome, be persona non grata, take a rest, take a break, rot
rot on, go unsold, go uninsured, go unpaid, go unfunded, be out in the cold, come to nought, come to naught, come to nothing
dry out, be cut adrift, be kept back, be held back, come unstuck, be replaced, be replaced with, know * no more
meet the same fate, be cooked, be done for, wither, be off the shelf, be off the shelves, be hit next, be on the chopping block
be on the line, be at stake, hang by a thread, be numbered, be dark, go out, follow
"""
# what flows goes on: said of something that might have been stopped
FLOW_ON = """
go on, continue, keep flowing, keep coming, carry on, flow on, stay open, remain open, keep going, go ahead, go on as before
run as before, not stop, keep running, go on flowing, continue to flow, be safe, be secure, be guaranteed, be unaffected
"""
# ---------------------------------------------------------------- easing
EASE = """
lift, ease, remove, waive, drop, scrap, end, relax, loosen, soften, suspend, repeal, revoke, rescind, undo, unwind, terminate
cancel, abolish, roll back, do away with, dismantle, withdraw, weaken, relieve, pare back, wind down, phase out, strike down
annul, overturn, quash, rip up, tear up, reverse, take back, put an end to, call off, halt, stop, dilute, trim, narrow, lighten
discontinue, pull, cut, free * from, exempt * from, spare * from, carve * out of, spare, exempt, shield * from, release * from
reduce, let up on, backpedal on, bring out from under, bring * out from under, take * out from under, discard, axe, bury
water down, take off, unfreeze, dispense with, go back on, back away from, retreat from, let go of, unpick, unwrap, unravel
untie, unlock, unbind, unfasten, unseal, unbolt, unchain, unshackle, thaw, defrost, melt, slacken, untangle, disentangle
strike out, strike off, rub out, wipe off, wipe out, erase, expunge, delete, cross out, tone down, take down, pull down
tear down, break down, bring down, nullify, invalidate, void, set aside, vacate, cancel out, countermand, recall, retire, junk
bin, ditch, jettison, shed, forsake, give up, forgo, forego, shrug off, throw off, cast off, turn back, wind back, dial back
dial down, scale back, scale down, draw down, peel back, pull back, ratchet down, ease off, ease up on, go easy on, go easier on
unstick, clear away, sweep away, brush away, blow away, make away with, make an exception to, grant relief from, grant * relief
close the book on, bring to an end, bring to a close, call time on, wave goodbye to, put paid to, render moot, decontrol
deregulate, liberalise, liberalize, ease back on, throw out, let drop, let go, absolve * from, let off, let * off, excuse * from
discharge * from, clear * of, take * off, take the lock off
"""
# a name leaves the list; something frozen is let go; something stopped flows again
RELEASE = """
delist, de-list, unfreeze, unblock, release, free, hand back, give back, return, take * off * list, take * off * blacklist
strike * off * list, strike * off, remove * from * list, remove * from, drop * from * list, drop * from * blacklist, cross * off
let * back in, let * back, let * in again, readmit, re-admit, reopen, re-open, resume, restore, restart, reinstate, re-establish
welcome * back, allow * again, buy * again, take * again, sell * again, let * again, let * cross again, bring * back into
reconnect, unlock, open up, let * through, put * back on * list, clear * for, grant * waiver, grant * exemption, issue * licence
issue * license, issue * waiver, grant * licence, grant * license, exempt, renormalise, normalise, normalize, return * to
go back to buying, allow * back, accept * again, admit * again, open * again, let * dock, let * flow, let * land, open
wipe * off, wipe * off * list, scrub * from * list, scratch * from * list, take * name off, clear * name, cut loose, let go of
let out, defrost, give * back, hand * back, pay out, pay up, pay over, disburse, remit, refund, turn back on, turn * back on
switch back on, switch * back on, switch on again, bring back, let through, let in, let ashore, let * ashore, let * back into
let back in, let back into, let back, wave * through, wave through, admit * anew, admit anew, throw open, throw * open, open * up
open wide, fling open, swing open, roll up the shutters, raise the barrier, lift the barrier, raise the shutters, re-connect
reactivate, revive, resurrect, rehabilitate, bring in from the cold, bring * in from the cold, reopen * to, restock, resupply
welcome back, take up again, put back on * shelves, allow back, invite back, invite * back, send * home again, unban, unseal
make good, lay open, give the nod to, give the go-ahead, give the all-clear, give * the all-clear, resume buying, resume selling
release * from, strike * from, struck from, strike from, drop from, drop * from, dropped from, send * back
"""
# measures run out
LAPSE = """
lapse, expire, run out, end, fall away, cease to apply, cease, come to an end, be gone, disappear, run its course, go, sunset
die, peter out, be over, be history, go away, be no more, let * lapse, let * expire, let * run out, allow * to lapse
allow * to expire, leave * to lapse, let * die, let * slip, allow * to run out, not renew, fail to renew, choose not to renew
not be renewed, not be extended, wither, wither on the vine, wither away, die on the vine, fade, fade away, fade out, run past
pass its date, reach its end, reach its term, reach the end of, time out, be allowed to lapse, be allowed to expire
be left to run out, be left to lapse, be left to expire, let * wither, let * fade, let * sunset, let * drop, let * fall
leave * to run out, leave * to expire, leave * to die, leave * to wither, leave * to rot, cease to bind, cease to have effect
lose force, lose its force, lose effect, stop applying, stop binding, go out of force, be no longer in force
be no longer binding, fall into abeyance, fall into disuse, die a quiet death, be dead and buried, meet its end, draw to a close
come off, drop away, drop off, melt away, evaporate, vanish, forget to renew, neglect to renew, decline to renew, not prolong
not be prolonged, not extend, give up the ghost
"""
# ---------------------------------------------------------------- keeping and widening
KEEP = """
keep, remain, stay, maintain, retain, leave * in place, uphold, stand, persist, stick to, stick with, cling to, hold on to
leave * untouched, leave * intact, preserve, sustain, hold firm, be here to stay, keep * in place, keep up, leave * unchanged
stand by, remain in force, stay in force, remain in place, stay in place, stay shut, remain closed, stay closed, remain shut
stay frozen, remain frozen, keep on, keep alive, keep in force, keep in place, let stand, let * stand, leave on, leave * on
leave in place, leave alone, hold fast to, hang on to, cleave to, adhere to, abide by, carry on with, press on with
persevere with, go on with, prop up, be going nowhere, go nowhere, not go anywhere, not be going anywhere, not budge, not move
not be moved, stay put, stay on, stay where it is, stay as it is, stay in effect, remain in effect, remain on the books
stay on the books, stay the course, stay bolted, stay sealed, stay locked, stay out, stay off, stay away, stay barred
stay blocked, stay banned, stay suspended, stay on the shelf, stay on the list, stay on * list, remain on * list, be set in stone
be kept, hold good, continue to apply, continue in force, remain sealed, remain locked, remain barred
"""
EXTEND = """
cover * too, now cover, cover * as well, also cover, extend, renew, prolong, roll over, roll * over, widen, broaden, expand
tighten, toughen, strengthen, step up, harden, deepen, reinforce, intensify, ratchet up, escalate, beef up, stiffen, sharpen
lengthen, enlarge, add to, top up, build on, double down on, carry over, carry forward, re-up, upgrade, turn the screw
tighten the screw, tighten the screws, turn the screws, tighten the noose, ramp up, scale up, augment, re-authorise, reauthorise
reauthorize, re-enact, heighten, continue, stretch, stretch out, push out, push back, spin out, draw out, eke out, drag out
string out, elongate, protract, perpetuate, roll forward, give * new lease of life, give * fresh lease of life
give * another year, give * another six months, give * another two years, give * another twelve months, give * more months
give * more years, give * more time, put another year on, add another year to, add a year to, add six months to, add * months to
add * years to, put * on the clock, get a new lease of life, get a fresh year of life, get another year, get another six months
get * year of life, give * another turn, give * turn of the ratchet, ratchet, take in, stretch to, lengthen by, pad out, bulk up
flesh out, supplement, amplify, sharpen up, firm up, tauten, screw down, clamp down harder, batten down, draw tighter
pull tighter, bring in * too, spread to, branch out, extend to, reach further, catch * as well, cast the net wider
cast a wider net, widen the net, add * to the pile, upscale, harden up, plug, plug a hole in, plug the holes in
close loopholes in, close a loophole in
"""
# ---------------------------------------------------------------- getting round
DODGE = """
evade, dodge, skirt, circumvent, bypass, breach, violate, flout, bust, break, smuggle, get round, get around, sidestep, side-step
slip past, slip through, contravene, infringe, defy, flouted, work around, outwit, run the blockade, subvert, route around
sneak past, slip * past, sneak * past, smuggle * past, slip * through, spirit past, spirit * past, sneak * through
launder * past, launder past, get past, get * past, ferry * past, cross * past, drive * past, fly * past, ship * past
carry * past, walk around, walk round, steer round, drive a coach, punch a hole in, punch holes in, poke holes in, trample
trample on, ride roughshod over, make a mockery of, thumb * nose at, snub, ignore, disregard, disobey, outfox, outmanoeuvre
outmaneuver, give * the slip, hoodwink, wriggle out of, wriggle through, wriggle past, elude, thwart, bust through
"""
DODGE_NOUN = """
evasion, breach, violation, circumvention, sanctions-busting, sanctions busting, sanctions-buster, busting, contravention
infringement, defiance, sanctions evasion, sanctions-evasion, sanctions breach, embargo-busting, sanction-busting
blockade-runner, blockade runner, blockade-running, sanctions-dodging, sanctions dodging, end-run, workaround, work-around
"""
# fixed ways to say "against the ban"
AGAINST = """
out of reach of, beyond the reach of, behind the back of, in breach of, in violation of, in defiance of, in contravention of
in spite of, despite, contrary to, in disregard of, under the nose of, in the teeth of, in plain breach of, in open breach of
in flagrant violation of, contrary to the terms of, in contempt of, in flagrant breach of, in clear breach of
in clear violation of, in blatant violation of, against the terms of, flying in the face of, in the face of, in infringement of
in circumvention of, heedless of, regardless of, without regard to, in disregard for
"""
# police, courts and prosecutors at work on a case
PROSECUTE = """
charge, jail, sentence, convict, indict, arrest, prosecute, fine, imprison, detain, settle, plead guilty, accuse, try, extradite
raid, investigate, seize, search, find guilty, go on trial, stand trial, haul * before, penalise, penalize, punish, book, nab
put behind bars, lock up, put * on trial, suspect, uncover, expose, catch, haul * before * courts, haul before * courts
bring to book, bring to trial, put in the dock, get * years, get * months, slap * with a fine, hit with a fine, remand, bail
acquit, collar, bust, nick, round up, take into custody, hand down * sentence, hand * years, give * years, go to prison
go to jail, unmask, smoke out, track down, trace, intercept, impound, be caught, stumble on
"""
# ---------------------------------------------------------------- nouns of measures
# always about restrictions
MEASURE = """
blockade, closed border, sealed border, shut border, punitive step, punitive action, retaliatory measure, coercive measure
economic measure, retaliatory step, restrictive step, punitive move, economic pressure, export rule, oil embargo, arms embargo
trade embargo, sanction, embargo, asset freeze, travel ban, blacklist, black list, countermeasure, counter-measure
counter-sanction, countersanction, arms ban, oil ban, visa ban, import ban, export ban, price cap, boycott, trade ban, entry ban
flight ban, investment ban, sanctions package, punitive measure, restrictive measure, punitive tariff, punitive duty
export control, trade curb, no-fly list, entity list, sanctions list, entry bar, no-entry list, stop list, stop-list, terror list
terrorism list, sanctions register, trade block, trade blockade, asset-freeze, travel-ban, visa curb, visa restriction, fuel ban
port ban, transit ban, gun ban, coal ban, gas ban, grain ban, flight-ban, food ban, fish ban, seafood ban, poultry ban, meat ban
dairy ban, wine ban, ore ban, export curb, import curb, export bar, import bar, chip ban, chip curb, tech ban, technology ban
price ceiling, visa freeze, aid freeze, aid cut, aid suspension, trade sanction, import duty, import tariff, secondary tariff
punitive levy, retaliatory tariff, retaliatory duty, retaliatory levy, naughty list, banned list, prohibited list
restricted list, denied-party list, economic opposing measure, opposing measure, restrictive regime, sanctions regime
sanction regime, sanctions listing
"""
# about restrictions when a state or a good stands by them
MEASURE_WEAK = """
ban, curb, restriction, penalty, measure, blockade, tariff, duty, freeze, limit, prohibition, moratorium, cut-off, cutoff
shutdown, shut-off, suspension, closure, expulsion, recall, halt, stop, stoppage, veto, levy, surcharge, quota, cap, closing
freezing, halting, blocking, sealing, stopping, banning, barring, shutting, expelling, loss, end to, cut in, denial, refusal
revocation, termination, severing, interruption, reduction, block on, cut, list, listing, designation, blacklisting, delisting
pressure, reprisal, retaliation, punishment, snapback, package, clampdown, crackdown, squeeze, isolation, steps, response
consequence, repercussion, answer, sweep, deadline, decision, rule, visa rule, licence rule, entry rule, export rule, regulation
decree, tit-for-tat, ostracism, severance, act, withdrawal, seizure, confiscation, stranglehold, stop on, door, exclusion
cancellation, punishments, barrier, hurdle, bar, bar on, bar against, bar to, stop to, end of, halt on, halt to, block
standstill, lockout, lock-out, shut-out, shutout, clamp, interdict, interdiction, proscription, stricture, curtailment
forfeiture, impounding, impoundment, sequestration, disconnection, annulment, rescission, abrogation, denunciation, downgrade
downgrading, ejection, banishment, ouster, ousting, quarantine, outlawing, chokehold, noose, pause in, pause on, pause
freeze-out, lights out, cold shoulder, hold on, break in, rupture, breaking-off, expropriation, nationalisation, squeeze on
sting, ceiling, prohibition with, boycott of, prohibition to, non-renewal, turning away, turning back, shutting-out, withholding
cancelling, withdrawing, suspending, cutting-off, cutting off, switching off, tightening, gag, visa bar, restraint, constraint
sanctioning, stay on
"""
# ---------------------------------------------------------------- operators: what is done with the act
WEIGH = """
consider, weigh, mull, ponder, study, examine, explore, discuss, debate, draft, draw up, prepare, contemplate, look at, look into
eye, float, review, evaluate, assess, think about, deliberate, work on, craft, put together, toy with, moot, reflect on, think of
think aloud, plot, scheme, devise, map out, shape, sketch, sketch out, hatch, ready, analyse, analyze, entertain, chew over
flirt with, sound out, talk about, talk of, speak about, negotiate, hammer out, compile, assemble, type up, write up, line up
take up, dust off, lean towards, edge towards, inch towards, move towards, keep open, propose, table, put forward, suggest
tee up, float the idea, prime, gear up for, put * to a vote, vet, wonder aloud, ask itself, be minded to, circulate, finalise
thrash out, argue over, wrangle over, be split over, be divided over, brainstorm, poring over, pore over, turn over in its mind
turn over in * mind, turn over, puzzle over, mull over, mull whether, ponder whether, weigh whether, consider whether
agonise over, agonize over, ruminate on, ruminate over, cogitate, meditate on, brood on, brood over, chew on, kick around
bat around, bandy about, run the rule over, cast an eye over, cost, price up, war-game, game out, have * in * sights
have * under the microscope, put * on the table, lay * on the table, bring to the table, keep * on the table, have * in * drawer
have * in a drawer, keep * in a drawer, have * in mind, bear in mind, think aloud about, think out loud about, canvass
test the water on, test the waters on, float a, fly a kite, trial balloon, warm to, edge closer to, inch closer to
move closer to, be close to, be near to, come close to, hover over, sharpen * pencil, sharpen * knives, pencil in, rough out
fashion, fine-tune, put the finishing touches to, put finishing touches to, polish, pull together, knock together
cobble together, put in writing, set down, type out, type, write out, print, print out, proofread, lick into shape, haggle over
squabble over, spar over, confer on, confer about, consult on, consult about, sit down to discuss, take soundings on, look * over
look again at, toy, incubate, brew, cook up, concoct, be at work on, put heads together over, reckon with, leaf through
go through, sift through, take a look at, take a hard look at, give thought to, give * thought to, make ready to, arrange to
"""
WEIGHED = """
no tool has been taken out, off the table, every option, all options, doors are still open, remain open, leaves the door open
left the door open, nothing has been decided, no decision, keeps all, on the table, in the works, under consideration
under discussion, under review, under study, under debate, in preparation, being considered, being weighed, being drafted
being prepared, being looked at, in the pipeline, on the drawing board, on the agenda, up for discussion, being discussed
being studied, being examined, being drawn up, not excluded, in the offing, on the cards, understood to, said to be, being mulled
on the menu, being readied, in the making, up for debate, up for a vote, near completion, being worked on, in draft, under way
doing the rounds, making the rounds, going the rounds, is circulating, are circulating, on somebody's desk, in a drawer
under examination, under scrutiny, under active consideration, under active study, being pondered, being contemplated
being floated, being debated, being typed, being compiled, being mooted, been mooted, being costed, being vetted, in train, afoot
on the stocks, in the oven, on the anvil, in the wings, waiting in the wings, being explored, being hammered out, in the hopper
at committee stage, at second reading, at first reading, in committee, being pored over, being turned over
"""
BILL = """
bill, draft law, draft, motion, legislation, proposal, amendment, members' bill, text, draft resolution, draft decree
draft order, draft regulation, private members' bill, draft act, draft bill, private bill, twin bill, house bill, senate bill
draft text, rider, draft amendment
"""
CHAMBER = """
parliament, senate, house, congress, chamber, lower house, upper house, assembly, bundestag, duma, knesset, committee, lawmaker
senator, legislator, legislature, deputies, commons, lords, diet, panel, riksdag, storting, rada, sejm, seimas, majlis
national assembly, house of representatives, parliamentarian, congressman, congresswoman, majilis, milli majlis, folketing
eduskunta, cortes, seanad, dail, upper chamber, lower chamber, mps, mp, subcommittee, congressmen, bicameral, plenary, plenum
althing, riigikogu, saeima, jogorku kenesh, supreme council, verkhovna rada, skupstina, sobranie, sabor, jatiya sangsad
lok sabha, rajya sabha, shura, shura council, national diet, legislative yuan, legislative assembly, legislative council
federation council, states general, tweede kamer, bundesrat, nationalrat, cabinet committee, foreign affairs committee
foreign-affairs committee, hural, hluttaw, oireachtas, fono
"""
FILE = """
file, table, introduce, submit, lodge, sponsor, tabled, pass, vote, vote for, back, approve, adopt, advance, clear, move
bring in, put forward, take up, debate, endorse, present, strike, amend, give * a first reading, wave through, drop, draft
drop into the hopper, drop * into the hopper, give a first reading, give * second reading, give * third reading, give * reading
nod through, clear committee, send to the floor, send * to the floor, report out, bring to the floor, read a first time, support
support * in * reading, adopt in * reading, pass in * reading, approve in * reading, steer through, shepherd through
rush through, put to the vote, put to a vote, move a bill, pilot, refer, refer to committee, lay before, lay * before
"""
ASK = """
ask, urge, call on, call for, call upon, demand, press, press for, appeal, plead, beg, want, request, petition, implore, lobby
push, push for, exhort, entreat, beseech, insist on, recommend, advise, pressure, seek, invite, clamour for, clamor for
would like, propose, advocate, agitate for, campaign for, argue for, encourage, prod, nudge, nag, importune, prevail on
cry out for, need, make the case for, plead for, plead with, plead to, wish, appeal for, appeal to, solicit, hope for, rally
favour, favor, be in favour of, be in favor of, demand that, back calls for, wish for, hanker for, hanker after, agitate
twist * arms, twist arms, twist the arm of, lean on, badger, pester, hound, harry, buttonhole, adjure, bid, bade, enjoin, conjure
supplicate, crave, cry for, bay for, howl for, hold out for, speak up for, speak out for, come out for, come out in favour of
stand up for, plump for, sue for, would have, want to see, would like to see, like to see, whisper to, murmur to, say out loud
petition for, put in for, bang the drum for, beat the drum for, drum for, lobby for, counsel, commend, egg on, goad, spur, chivvy
cajole, coax, twist * arm, jawbone, apply to * for, demand of, require of, expect of, make an appeal, make a plea, make a case
issue a plea, have a plea for, send a plea, put pressure on, bring pressure on
"""
ASK_NOUN = """
call, plea, appeal, petition, demand, request, entreaty, exhortation, recommendation, prayer, letter, lobbying, pressure
plea for, call for, suit, bidding, cry, outcry, clamour, clamor, urging, petitioning, open letter, memorial
"""
THREATEN = """
threaten, warn, vow, pledge, promise, swear, menace, caution, give notice, serve notice, put * on notice, put on notice
issue an ultimatum, set an ultimatum, give an ultimatum, raise the prospect, hold out the prospect, dangle, remind, signal, hint
let it be known, make known, make it clear, make clear, make plain, leave no doubt, brandish, telegraph, foreshadow, announce
hint at, raise the spectre, raise the specter, intimate, alert, put the world on notice, commit to, undertake, inform, notify
admonish, forewarn, fire a warning shot, fire a shot across, send a shot across, shake a fist, shake * fist, rattle * sabre
rattle the sabre, wag a finger, bare * teeth, flex * muscles, growl, thunder, bluster, snarl, fulminate, mutter, mutter about
talk darkly of, speak darkly of, let slip, let fall, let on, let drop, let it be understood, give to understand
give * to understand, make to know, make it known, make no secret of, make no bones about, tell * to * face, put it to
put it in black and white, put it in writing, put * in writing, say in writing, hold over, hold * over, dangle * over, wave * at
brandish * at, wield * against, level at, sound a warning, sound the alarm, issue a warning, deliver a warning, set * deadline
give * deadline, give * hours, give * days, give until, give * until, lay down an ultimatum, lay down the law, read the riot act
draw a red line, serve an ultimatum, deliver an ultimatum, hand * an ultimatum, present * with an ultimatum, guarantee
bind itself, give * word, give its word, give assurances, assure
"""
# of these, the ones that threaten only with a clause below them ("hinted that it might"), not with a noun
HINT = "remind, signal, hint, announce, alert, make clear, make plain, inform, notify, telegraph, intimate, make known"
THREAT_NOUN = """
threat, warning, ultimatum, menace, vow, pledge, promise, notice, sabre-rattling, saber-rattling, rumble, admonition
final warning, last warning, shot across the bows, sabre, fist-shaking, demarche, démarche, note verbale, intimation, forewarning
tip-off, oath
"""
PLAN = """
offer, plan, intend, aim, be ready, stand ready, be prepared, be set, be poised, reserve the right, not hesitate, be determined
mean, be resolved, be about, be going, have every intention, get ready, look set, have no choice, be minded, will not hesitate
not flinch, have the right, shall not hesitate, see a need, see need, see any need, see reason, see a reason, see any reason
think of, be bound, be due, be in a position, propose to, purpose, be bent on, be intent on, be hell-bent on, be keen to
be eager to, be of a mind to, have a mind to, have half a mind to, have it in mind to, set out to, set * sights on, line up to
stand poised to, stand prepared to, be on the verge of, be on the brink of, be on the point of, be on the cusp of
be within days of, be days away from, be hours away from, be on course to, be on track to, be in line to, be scheduled to
be slated to, be slotted to, be obliged to, be forced to, feel obliged to, feel free to, feel entitled to, be entitled to
be free to, be at liberty to, not shrink from, not think twice, not blink, not swear off, not exclude, not hold back from
not baulk at, not balk at, not recoil from, not be shy, not be afraid to, be on standby to, stand by to, be willing to
be game to, volunteer to, consent to, assent to, accede to, think to
"""
READY = "ready, prepared, set, poised, willing, determined, about, going, resolved, bound, due, inclined, minded"
# verbs that lend their tense to the act below them: "would see Lisbon end its treaty", "will mean a ban"
LIGHT = """
see, mean, bring, trigger, find, lead to, result in, entail, spell, let, make, have, bring about, meet with, meet * with, provoke
prompt, proceed to, set about, go ahead with, end up, risk, face, suffer, incur, follow with, undergo
"""
EXPECT = """
be expected, be likely, look likely, expect, be thought, be believed, be seen, be understood, be rumoured, be rumored, be tipped
be widely expected, be widely tipped, be on the cards, be a safe bet to, be odds-on to, be in line for, be thought likely
be rumoured to be, look certain, look bound, look poised, be anticipated, be foreseen, be predicted, be forecast, be projected
be liable, stand to, run the risk of, be in danger of, be at risk of, be in for, be next in line, be in the firing line
be next for, be next to, be the next to, be the next one to, be among the next to
"""
REFUSE = """
refuse, decline, rule out, rule * out, exclude, resist, oppose, reject, turn down, rebuff, spurn, balk at, baulk at
shy away from, stop short of, shrink from, steer clear of, stay away from, refrain from, abstain from, swear off, forswear
eschew, see no need, see no reason, have no intention, have no plans, have no plan, not see a need, not consider, give * no sign
say no to, avoid, dismiss, brush aside, brush off, wave away, wave aside, slam the door on, close the door to, close the door on
shut the door on, hold off on, hold back from, decide against, vote against, rule against, advise against, be out of the question
be off the table, be unthinkable, be no option, nix, pour cold water on, snub, block, veto, vote down, not contemplate
turn a deaf ear to, will hear nothing of, find no, throw out, defeat, kill, strike down, discard, not countenance, quash
want no part of, want no part in, want nothing to do with, have no part in, take no part in, have no truck with, not join
not join in, not follow suit, not go along with, not go along, not be drawn into, sit on * hands, sit out, stay out of
keep out of, stand aside from, leave * alone, leave * in peace, leave * be for now, laugh off, laugh * off, laugh away, scoff at
scorn, disdain, give short shrift to, give * short shrift, send * away empty-handed, not be in the business of, be in no mood to
be in no hurry to, be in no rush to, be loath to, be loth to, be reluctant to, be unwilling to, be opposed to, be against
be averse to, be dead against, be set against, have no appetite for, have no wish to, have no desire to, have no stomach for
have no interest in, have no thought of, have no mind to, have no business, see no point in, see no cause, see no grounds
see no case, see no merit in, see no room for, see no sense in, not dream of, not hear of, not wish to, not want to, not care to
not touch, not lay a finger on, not raise a finger, will have none of, would have none of, have none of, wave off, knock back
knock down, talk down, shoot down, vote out, sink, bin, reject out of hand, dismiss out of hand, put * to rest, lay * to rest
take * off the table, take off the table, cross * off, not have * in mind, renounce, disclaim, negate, be no question of
there be no question of, be no talk of, forbear, forbear from, desist from, think better of
"""
RETRACT = """
shelve, walk back, withdraw, drop, take back, retract, delete, back down, back down on, back away from, back off, back off from
abandon, climb down, rescind, recant, disavow, disown, scrap, bury, ditch, pull, postpone, put off, hold off, defer, delay
call off, cancel, recall, backtrack, backtrack on, back-pedal, backpedal, row back, row back on, u-turn, reverse course
stand down, step back from, pull back, pull back from, tear up, freeze, suspend, revoke, pause, halt, void, annul, unsay
misspeak, be issued in error, water down, relent, die in committee, die, fail, fall through, be voted down, go back on, lay aside
put aside, park, mothball, kick into the long grass, distance * from, distance itself from, apologise for, apologize for
eat its words, eat his words, change its mind, think better of, swallow, eat * words, eat one's words, swallow * words
take * words back, take back * words, think again, think again about, have second thoughts, have second thoughts about, scrub
scrub out, strike out, erase, kill off, put to bed, lay to rest, lay * to rest, put through the shredder, shred, bin
consign to the bin, go into the bin, go in the bin, end in the bin, land in the bin, go through the shredder, talk out
be talked out, vote down, go down, go down to defeat, be defeated, fall short, fall at * hurdle, lose * vote, fizzle out, founder
stall, run aground, expire in committee, be rejected, be considered rejected, not pass, fail to pass, be thrown out
come to nothing, come to naught, dissolve, be no longer with us, not go ahead, be withdrawn, be pulled, be dropped, be shelved
be off, be off the table, not proceed, not go through, count for nothing, declare void, let * drop, let drop, repent of
climb down from, climb down over, clamber down, do a u-turn, make a u-turn, perform a u-turn, execute a u-turn, do an about-face
do an about-turn, back out of, back out, pull out of, pull the plug on, ring off, stand down from, draw back from, recoil from
resile from, sound the retreat, beat a retreat, blink, cave, fold, give way, knuckle under, correct * itself
"""
PLAN_NOUN = """
plan, proposal, notice, threat, warning, announcement, idea, decision, intention, order, decree, ultimatum, bill, motion, draft
post, statement, remark, vow, pledge, move, scheme, project, push, talk, measure, letter, promise, effort, bid, initiative
circular, tweet, resolution, draft order, blueprint, suggestion, thought, notion
"""
DENY = """
deny, reject, dismiss, refute, rebut, contest, dispute, disown, repudiate, brush off, brush aside, protest, disavow, gainsay
deride, ridicule, scorn, scoff at, laugh off, swear, insist, maintain, disclaim, shrug off, wave away, bristle at, hit out at
rubbish, pooh-pooh, decry, wash its hands of, rule out, negate, take issue with, push back against, object to, deplore, counter
assert, stress, affirm, assure, contend, plead innocent, pour cold water on, throw cold water on, pour scorn on, heap scorn on
give the lie to, call a lie, knock down, make light of, nail, take exception to, demur, cry foul, remonstrate, expostulate
plead not guilty, plead innocence, profess innocence, deny any, rail at, rail against, sneer at, snort at, roll * eyes at
laugh at, laugh out of court, throw back, throw * back, fling back, hurl back, toss aside, bat away, bat aside, swat away
swat aside, wave off, spurn, debunk, explode, puncture
"""
# strong ones: they deny whatever follows
DENY_STRONG = """
deny, reject, dismiss, refute, rebut, dispute, disown, repudiate, brush off, brush aside, disavow, disclaim, deride, ridicule
scoff at, laugh off, rubbish, pooh-pooh, contest, wave away, negate, wash its hands of, push back against, shrug off, gainsay
pour cold water on, throw cold water on, pour scorn on, heap scorn on, give the lie to, knock down, throw back, throw * back
fling back, hurl back, bat away, bat aside, swat away, swat aside, debunk, scorn, sneer at, protest * innocence
profess innocence, plead not guilty, plead innocence, plead innocent
"""
FALSE = """
baseless, groundless, unfounded, false, absurd, fabrication, fabricated, fable, fairy tale, fairy tales, slander, lie, lies
invention, forgery, fake, nonsense, untrue, fiction, fantasy, smear, hoax, rubbish, propaganda, concocted, invented, myth
calumny, ridiculous, ludicrous, laughable, far-fetched, without foundation, without basis, made up, made-up, wild, defamatory
libel, disinformation, misunderstanding, pure invention, figment, canard, not true, no truth, fanciful, spurious, bogus
preposterous, trumped-up, malicious, ill-founded, misinformation, tall tale, fantasies, fictitious, outlandish, falsehood
tissue of lies, pack of lies, web of lies, string of lies, cooked up, dreamt up, dreamed up, fan fiction, misreading, misread
built on sand, painted on, hot air, hogwash, poppycock, balderdash, twaddle, tosh, tripe, baloney, claptrap, old wives' tale
not guilty, fake news, frame-up, stitch-up, witch-hunt, witch hunt, mud-slinging, hearsay, pulp fiction, ghost story
ghost stories, bedtime story, horror story, cock-and-bull story, cock and bull, mirage, phantom, phantoms, chimera
does not exist, never existed, no basis, no foundation, nothing of the sort, nothing of the kind, without substance
unsubstantiated, unproven, erroneous, mistaken, incorrect, inaccurate, wide of the mark, bad line, libellous, slanderous
mendacious, untruth, untruths, canards, fib, fibs
"""
CHARGE = """
charge, allegation, accusation, claim, report, reports, rumour, rumor, suggestion, finding, findings, conduct, slur, insinuation
ultimatum, charges, story, assertion, talk, version, raid, involvement, complicity, evidence, role, responsibility, wrongdoing
tale, dossier, file, accusing, imputation, denunciation, indictment, innuendo, smear, gossip, whisper, leak, finger-pointing
blame, guilt, idea that, inference, implication, conclusion
"""
REPORT = """
let * know, say, tell, announce, report, state, declare, claim, allege, write, add, note, inform, warn, explain, reveal, confirm
disclose, comment, remark, argue, believe, think, suggest, mention, quote, cite, complain, reckon, predict, forecast, observe
acknowledge, admit, concede, recall, reply, respond, answer, stress, speculate, muse, quip, sigh, tweet, post, manifest, assure
indicate, clarify, point out, underline, underscore, emphasise, emphasize, insist, repeat, reiterate, maintain, contend, assert
accuse, affirm, communicate, testify, recount, describe, name, call, brand, label, term, voice, hold, specify, promise, vow
threaten, caution, pledge, remind, propose, admonish, snap, thunder, retort, rejoin, shoot back, fire back, counter, joke, jest
let slip, let fall, let on, let drop, confide, murmur, whisper, mutter, growl, snarl, scoff, chuckle, laugh, tell reporters
make known, transmit, relay, convey, pass on, notify, express, speak, hear, learn, intimate, signal, divulge, bellow, roar, opine
volunteer, vouch, attest, certify, avow, aver, profess, grumble, moan, gripe, scold, lecture, chide, rebuke, preach, proclaim
trumpet, herald, jot, cable, wire, telegraph, radio, broadcast, air
"""
CLAIM = "claim, allege, accuse, complain, suspect, believe, fear, assert, contend, charge, lament, protest"
ACCORDING = "according to, per, in the words of, in the telling of, citing, quoting"
ASKING = """
ask whether, ask if, ask about, wonder, wonder whether, wonder if, want to know, press on whether, question whether, enquire
inquire, quiz, query, would not say, be asked, ask when, ask how, would not be drawn, decline to say, refuse to say
declined to comment, would not comment, give no answer, did not say whether, not comment, avoid the question, leave open
leave * open, dodge the question, duck the question, no comment, remain unclear, be unclear, press * on whether
draw * on whether, say whether, know whether, know if
"""
# ---------------------------------------------------------------- what keeps an act from being an act of today
NOMINAL = """
fear, risk, prospect, spectre, specter, shadow, threat, talk, possibility, danger, worry, concern, hope, likelihood, chance
expectation, speculation, scare, dread, anxiety, history, era, effect, impact, cost, loss, memory, joke, question, story, debate
row, burden, weight, brunt, pain, toll, absence, relief, regime, policy, effectiveness, aftermath, legality, lawyer, coordinator
expert, compliance, adviser, advisor, specialist, desk, officer, envoy, list of worries
"""
COUNTERFACTUAL = """
imagine, dream, suppose, in theory, in a novel, in the novel, war game, simulation, wargame, thought experiment, hypothetically
in a parallel, alternate history, were wishes, wishes were, in a thriller, in the thriller, in the film, in a film, in the series
in a video game, in a board game, in an exam question, in the play
"""
PAST = """
ago, last year, last spring, last summer, last autumn, last winter, last month, last decade, decades, years since, since its
century, nineties, eighties, seventies, sixties, in the past, years later, a year on, months after, years after, months later
weeks after, year after it, dating from, formerly, history, historical, museum, memoir, memoirs, veteran, anniversary
earlier this year, years of, in those days, at the time, previous, that autumn, that spring, that summer, that winter, that year
long ago, back then, two decades, half a century, used to, in those years, at the time of, in the days of, in the era of
years earlier, decades earlier, once upon, a generation ago, generations ago, last century, old hands, textbook, exhibition
documentary, biography, recall how, remember when, in his youth, in the seventies, in the eighties, in the nineties
in the sixties, cold war, wartime, in the archive, in the archives
"""
# ---------------------------------------------------------------- other senses
SPORT = """
club, player, coach, league, goalkeeper, athlete, sprinter, doping, umpire, referee, football, tennis, cricket, rugby, olympic
olympics, tournament, championship, fifa, uefa, relegated, relegation, transfer embargo, squad, stadium, striker, fixture
basketball, hockey, handball, swimmer, cyclist, rower, rowing, boxer, federation, medal, medallist, world cup, midfielder, skater
wrestler, marathon, docked, court of arbitration, governing body, continental body, weightlifter, weightlifting, gymnast, skier
biathlon, volleyball, chess, jockey, penalty shoot-out, spot, runner, second sample, home game, whistle, dressing room, eights
fencer, derby, kick-off, touchline, sin-bin, qualifier, swimming, skating, boxing, wrestling, judo, rugby union, anti-doping
batsman, bowler, winger, footballer, teammate, locker room, cup final, athletics, sporting
"""
LEGAL = """
judge, counsel, lawyer, attorney, barrister, court, tribunal, bar association, motion, filing, filings, plaintiff, defendant
law society, disciplinary, contempt, magistrate, prosecutor, misconduct, malpractice, brief
"""
COMPANY = """
hotel, staff, employees, employer, worker, workers, pupils, students, teachers, teacher, pupil, school, university, headmaster
shop, franchise, drivers, tenants, users, readers, members, company, chain, app, customers, clock-ins, nurses, passengers, doctor
doctors, landlord, party, deputy, councillor, civil servants, golf, bakery, broadcaster, station, radio, regulator, watchdog
insider, competition, antitrust, cartel, search engine, tax, late fees, hygiene, newsroom, editors, embargoed copy, journal
review
"""
APPROVE_OBJECT = """
loan, budget, plan, post, posts, project, railway, scheme, expenditure, construction, hiring, merger, use, marriage, festival
payment, fund, funds, grant, spending, amount, crore, purchase, programme, program, overtime, raid, operation, strike, strikes
war, killing, force, intervention, overhaul, deal, visit, rally, march, expansion, development, leave, bonus, salary, appointment
vacancies, ceremony, holiday, renovation, repair, tender, contract, contracts, road, bridge, hospital, school, scholarship
pension, pensions, increase, extension, prosecution, demolition, invasion, torture, attack, use of force, mission, allowance
acquisition, sale, marriages, wedding, release, upgrade, calls, insults, protest
"""
# adjectives and firms before "-sanctioned" that mean "approved by"
APPROVERS = """
court, government, state, un, church, school, council, league, veterinary, officially, party, fifa, federation, city, police
board, king, crown, nato, vatican, clergy, fda, uefa, publicly, internationally, federally, ministry
"""

# said of a notice or remark that is taken back
MISTAKEN = """
in error, by mistake, misspoke, misquoted, misunderstood, out of context, no such order, by accident, prematurely, null and void
in mistake, wrong letterhead, clerk's slip, a slip, clerical error, typing error, slip of the tongue, slip of the pen
counts for nothing, count for nothing, sent in error, issued in error, mistranslated, mistranslation, lost in translation
scrub that, kill kill, never meant, not what was meant, had spoken of maintenance, no longer with us, eat its words
ate its words, ate his words, ate her words, takes it back, took it back, take it back, words back
"""
# encircle
BLOCKADE_VERB = """
ring, encircle, blockade, cordon off, besiege, seal off, lay siege to, choke * off, hem in, box in, bottle up
throw a cordon round, throw a cordon around, throw a ring round, surround
"""
# what was stopped flows once more
FLOW_AGAIN = """
flow again, resume, be resumed, be restored, run again, roll again, cross again, open again, reopen, start again, start up again
fly again, return, go back, come back, be back, be back on, be back in, be welcome again, be welcome back, be again welcome
be allowed again, be admitted again, be let in again, be landed again, be sold again, be bought again, be on sale again
be back on sale, be open again, be open once more, be back open, cross once more, flow once more, run once more, fly once more
land again, dock again, sail again, enter again, come in again, be through again, be free again, be on the shelves again
"""
# a state to its own: what it orders is done
INSTRUCT = "instruct, order, direct, command, tell, forbid, advise"
# a clear-headed look at what a state gives: aid, preferences, ties
REVIEW = """
review, reconsider, reassess, re-examine, reexamine, rethink, look again at, go through, re-evaluate, revisit, put * under review
put * to review, place * under review, be under review, audit, take a fresh look at, take another look at, come under review
go over, weigh up, take stock of, call into question, call * into question, come under scrutiny, put * under the microscope
put * under scrutiny, take a hard look at, take a long look at, take a second look at, have another look at, think again about
re-think, be up for review
"""
# a party says that another does it
ACCUSE = """
accuse, blame, suspect, reproach, upbraid, claim of, complain of, finger, point the finger at, charge
"""
# the act told before, once more: "Chile and Peru did so", "will not follow suit"
LIKEWISE = """
do the same, follow suit, do so, do likewise, take the same step, take a similar step, follow * example, do as much, follow
do the same thing, do just that, do just the same, do such a thing, do no such thing, do nothing of the sort
do nothing of the kind, do anything of the sort, do anything of the kind, join in, join it, join them, go along, go along with it
do it too, take the same road, go the same way, go down the same road, tread the same path, mirror it, mirror the step, match it
match the step, copy it, copy the step, reciprocate, do so too, do that, meet the same fate, suffer the same fate, share the fate
be next, be the next, come next, be hit next
"""
# turns of phrase that restrict whatever they are said of: doors, taps, curtains, drawbridges
SHUT_OUT = """
show * the door, send * packing, slam the door on, slam the door in, slam the gate on, slam the gates on, slam * door on
slam * gate on, shut the door on, shut the door to, shut the gate on, close the door on, close the door to, close * doors to
shut * doors to, bolt the door on, bar the door to, pull up the drawbridge, raise the drawbridge, pull down the shutters on
bring down the shutters on, bring the shutters down on, draw the curtain on, bring down the curtain on, ring down the curtain on
turn the key on, turn * key in, turn off the tap of, turn off the tap on, turn off the tap for, turn off the tap to
turn off the taps, turn off * tap, close the tap, shut off the tap, shut the tap, close * tap, cut the tap, pull the plug on
pull the rug from under, pull the rug out from under, yank the welcome mat, pull the welcome mat, roll up the welcome mat
take in the welcome mat, withdraw the welcome mat, yank welcome mat, cut adrift from, cut * adrift from, be cut adrift
cut loose from, cut * loose from, fence * off from, wall * off from, seal * off from, leave * in the dark, leave * without
leave * in the cold, leave * out in the cold, leave * high and dry, freeze * out, lock * out, lock out, squeeze * out, shut * out
cut * off, starve * of, strip * of, deprive * of, rid * of, relieve * of, turn * back on, turn the screw on, turn the screws on
tighten the noose round, tighten the noose around, bring the axe down on, take an axe to, take the axe to, take a knife to
take scissors to, bring down the guillotine on, drop the guillotine on, drop the hatchet on, put on a diet, put * on a diet
turn out the lights on, put out the lights, pull the lights on, cut the lifeline, sever the lifeline, sever the cord
cut the cord, cut ties with, sever ties with, break ties with, cut all ties, sever all ties, break off with, break with
wash * hands of, walk out on, turn * back at the border, put * out of * market, drive * from * market, banish * from, bar * way
spell the end of, spell the end for, mean the end of, signal the end of, mark the end of, be the end of, come the end of
spell an end to, bring an end to, mean curtains for, be curtains for, ring the death knell for, sound the death knell for
keep * out of, keep * off, hold * at the border, hold * at bay, put * beyond reach, hold back * from, leave * on the quay
be no longer welcome, be no more welcome, be not welcome, cease to be welcome, become unwelcome, turn * into a no-go
declare * off limits, put * off limits, make * off limits, place * off limits, take * off * menu, call time on
blow the whistle on, leave * empty
"""
# and those that let in again
LET_IN = """
throw open, throw * open, fling open, fling * open, open the door to, open * doors to, open the gate to, open the gates to
roll out the welcome mat, roll out the red carpet for, put out the welcome mat, welcome * back, welcome back
bring * in from the cold, bring in from the cold, come in from the cold, let * in from the cold, let * back in, let * back into
let back in, let back into, let * off the hook, take the lock off, take the padlock off, take * off the hook
turn the tap back on, turn * back on, turn on the tap again, open the tap again, switch * back on, lower the drawbridge
let down the drawbridge, raise the shutters on, raise the shutters for, lift the shutters, be welcome again, be again welcome
be welcome back, be back in, be back on * shelves, be let back in, be allowed back, be back on sale, find * way back
be once more welcome, be welcome once more, loosen the noose, slacken the noose, loosen the screw, loosen the screws
loosen the reins, slacken the rein, wipe the slate clean, take * in again, let * land again, be landed again, may again
may once more, give * back, hand * back, let * in again
"""
# asks with a bare verb below it ("insists that Riga reopen"), and only states otherwise
INSIST = """
insist
"""
# what closes airports and cuts off valleys without anybody's will
MISHAP = """
flood, floods, flooding, flooded, storm, storms, cyclone, hurricane, typhoon, snow, snowfall, fog, rain, rains, monsoon, quake
earthquake, landslide, landslides, avalanche, ash, volcano, wildfire, fire, drought, runway, outage, outages, blackout
maintenance, engineers, technical, strike, strikers, glitch, collision, crash, accident, tide, heatwave, lightning
burst its banks
"""
# turns down what somebody has just asked for, or stays out of what others have just done
DEMUR = """
refuse, decline, demur, balk, baulk, beg to differ, beg off, turn it down, turn them down, turn him down, turn her down
wave it away, wave them away, rebuff it, reject it, rule it out, rule that out, shake * head, want no part of it
want no part of that, want none of it, want nothing to do with it, have none of it, have no part of it, have no part in it
take no part in it, not join in, not join them, not join, not follow suit, not follow, not go along, not go along with it
not do so, not do the same, not do likewise, do no such thing, do nothing of the sort, do nothing of the kind, sit it out
stay out of it, steer clear, stand aside, stand apart, keep out of it, keep its distance, opt out, beg to be excused
hear nothing of it, not hear of it, answer in the negative, turn a deaf ear, give a flat no, be unmoved, stay unmoved
remain unmoved, not budge, not be moved, not oblige, not comply, laugh it off, laugh off the idea, pour cold water on it
not pay * back, not retaliate, not reciprocate, not hit back, not respond in kind, not answer in kind, turn the other cheek
"""
