"""The steps of a migration on the command line: one a module."""
