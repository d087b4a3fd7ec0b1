"""Stand-ins for what the program talks to, for tests and rehearsals; nothing else uses them."""
