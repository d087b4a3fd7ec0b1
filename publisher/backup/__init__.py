"""Backups: the database, the archive and the fingerprints of the keys, and the way back."""
