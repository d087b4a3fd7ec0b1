"""What editors write: entries and issue files, read and checked."""
