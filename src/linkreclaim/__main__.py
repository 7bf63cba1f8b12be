"""`python -m linkreclaim`: the same as the `linkreclaim` command."""

from linkreclaim.cli.main import main

if __name__ == "__main__":
    main()
