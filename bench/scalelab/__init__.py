"""What `bench/scale` is made of: measured costs, a simulation, and the table that follows."""
