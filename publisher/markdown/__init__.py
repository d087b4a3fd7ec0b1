"""Markdown as editors write it, to clean HTML and back to plain text."""
