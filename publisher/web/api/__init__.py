"""The admin API: people, issues and mailings for other programs, behind tokens."""
