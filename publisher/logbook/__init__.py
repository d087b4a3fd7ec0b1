"""How the service fares, written down for those who look after it."""
