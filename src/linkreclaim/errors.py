"""Every error linkreclaim raises on purpose.

LinkreclaimError            something a person can act on; the CLI prints it on one line and exits non-zero
├── UsageError              the command was asked for something that makes no sense (exit code 2)
├── InputError              an input file or address cannot be used at all
│   ├── UnknownFormatError  no reader recognises the file; says which header was found and the nearest known one
│   └── UnsafeInputError    the input would cost too much to read (zip bomb, endless cell)
├── WorkspaceError          the workspace cannot be opened, is locked, or is of a newer version
├── SiteBlockedError        the user's own site refuses us (exit code 4); says how to be let in
├── RedirectMapError        a redirect map cannot be written as it stands; lists the lines
└── MissingExtraError       an optional part is not installed; names the extra that brings it
"""


class LinkreclaimError(Exception):
    """Root of all errors raised on purpose; the message says what failed, on which input, and what to do."""

    exit_code = 1


class UsageError(LinkreclaimError):
    """The command line or the call asks for something that makes no sense."""

    exit_code = 2


class InputError(LinkreclaimError):
    """An input cannot be used at all (a broken row in a good file is reported, not raised)."""


class UnknownFormatError(InputError):
    """No reader recognises a file: the message shows its header and the nearest known one."""


class UnsafeInputError(InputError):
    """Reading the input would cost more memory or time than any honest file does."""


class WorkspaceError(LinkreclaimError):
    """The workspace cannot be opened or used."""


class SiteBlockedError(LinkreclaimError):
    """The user's own site refuses us, so that nothing could be told; the message, of several lines, says what helps."""

    exit_code = 4


class RedirectMapError(LinkreclaimError):
    """A redirect map cannot be written as it stands."""


class MissingExtraError(LinkreclaimError):
    """An optional dependency is missing; the message names the extra that installs it."""
