"""What is needed to run Sanctionwire somewhere: a one-machine stack, a demonstration, files for clusters."""
