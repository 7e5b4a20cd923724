"""`python -m pipelines.cli`: the same as the command `sanctionwire`, for processes that we start ourselves."""

from pipelines.cli.tree import main

if __name__ == "__main__":
    main()
