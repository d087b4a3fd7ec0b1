"""What bench/send measures with."""
