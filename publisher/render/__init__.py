"""From a frozen issue to bytes: mail, pages, feeds.  No disk, no network, no clock."""
