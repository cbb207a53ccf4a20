"""The command line: one verb a module; the only code that prints and exits."""
