"""The same as the command `hoso`, for tools that look for this file."""

from hoso.cli.main import main

if __name__ == "__main__":
    main()
