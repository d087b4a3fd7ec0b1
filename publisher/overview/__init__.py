"""What is going on, in one look: for `publisher status`, health, metrics and the dashboard."""
