"""`python -m lossytools` is the command line."""

from lossytools.cli import main

if __name__ == "__main__":
    main()
