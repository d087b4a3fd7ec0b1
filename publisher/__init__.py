"""publisher: dated bulletins from a git repository of YAML files, as mail, site and feeds."""

__version__ = "0.1.0"
