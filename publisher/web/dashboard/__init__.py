"""The dashboard: one page of numbers for operators, drawn on the server, without scripts."""
