"""The record of what was published: frozen entries and issues, and an index made from them."""
