"""What crosses the edge and who carries it: messages, topics, feeds, subscribers."""
