"""YAML 1.2 as editors write it: characters, slips, the core schema, plain data."""
