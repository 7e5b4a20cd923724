"""The demonstration: a small press of five outlets, and a run of the whole product on what it prints."""
