"""Replay: read a stretch of the log again, and see what would be told otherwise, or put it right.

For people who change rules or settings and want to see them on old articles before they speak, and for people who mend a fault.
The functions are those of the graph; Beam is left out, since a stretch of the log has an end and needs no stream.

What is in the range is read anew: copies, model, rules. What is outside it is told again with what the log says was found in
it, so that an alert that began before the range and went on after it is compared whole. An article stays in the story that the
log gave it. Records are told by their time in Kafka, so how the partitions were interleaved does not matter.

The guarantee of the job is kept by its own means. A real replay takes the job's transactional id, which fences a pipeline that
runs; then it looks at the log once more, writes what differs in transactions, each alert as the version after the one that
stands, and touches no offset. A pipeline that is started meanwhile fences the replay in turn, which then ends without writing
the rest.

Known to be wrong: alerts with sources from before what is looked back on (30 days) are left as they are, and counted; articles
after the range that copy one within it keep what they were found to say; counts of articles that are no news are not compared.

`log` reads and writes Kafka, `again` tells the articles once more, `differences` compares.
"""
