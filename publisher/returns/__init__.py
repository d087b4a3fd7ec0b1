"""What comes back: read, judged, and made into decisions about addresses and subscriptions."""
