"""One dated number of a bulletin: which period, what goes in and why."""
