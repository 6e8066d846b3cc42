"""`python -m otzvuk` is the `otzvuk` command."""

from otzvuk.cli import main

main()
