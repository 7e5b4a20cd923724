"""Follow stories: put articles that tell the same event together.

Observed: outlets tell one event in their own words, within days, and share the rare words of it: names, places, the measure.

Theory: an article is a vector of its terms (`terms`); it joins the story whose sum of articles is nearest by cosine, if near
enough, and the nearer in time the easier (Allan et al., "Topic detection and tracking pilot study", 1998; `life`). A copy joins
the story of its founder, without being compared. Stories are never merged: where an article fits two, it joins the nearer one,
and that one says that it is related to the other. A story that nobody has told for three days is closed; a copy of one of its
articles opens it again, until a fortnight after it began.

Tried and left: stems and heavier names (both lose on real texts, where a stem often looks rarer than its word); comparing with
the average article instead of the sum (no better at its best threshold, and more events fall apart); document frequencies
counted as the stream goes (then a replay would weigh its first words unlike the live stream).

Known to be wrong: a story is founded by whichever of its articles comes first, so its id may differ when they come in another
order; what an event *is* (one speech, or the week that it began) is for the threshold to say.

`follow` is the step, `memory` what it holds, `index` how open stories are found, `life` what becomes of a story with one more
article, `terms` how articles are compared.
"""
