"""Subscribers: who they are, what may become of them, and what comes back from them."""
