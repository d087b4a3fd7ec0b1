"""What bench/faults is made of: a relay that fails, a sender that is killed, and the accounts."""
