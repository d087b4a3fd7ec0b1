"""The service: when to wake up, what to look at, and the processes that it keeps."""
