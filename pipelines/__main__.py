"""`python -m pipelines`: the command line, as `indberet` runs it."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
