"""Databases: the steps of each issue."""
