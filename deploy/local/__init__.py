"""The one-machine stack: one real Apache Kafka node and the engine Prism, without Docker, Maven or an installed Java."""
