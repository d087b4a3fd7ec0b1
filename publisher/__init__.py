"""publisher: dated bulletins from a git repository of YAML files, as mail, site and feeds."""
