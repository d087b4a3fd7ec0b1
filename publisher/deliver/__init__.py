"""From one frozen issue to the inbox of every subscriber."""
