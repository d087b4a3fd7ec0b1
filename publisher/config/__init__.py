"""What a publication and its operator have settled."""
