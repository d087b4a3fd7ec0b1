"""The record of what was published: frozen entries and frozen issues."""
