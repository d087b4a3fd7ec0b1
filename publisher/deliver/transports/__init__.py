"""The things that take a finished message."""
