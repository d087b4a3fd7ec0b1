"""Announcing: what others are told of issues and mailings, and whether pages are live."""
