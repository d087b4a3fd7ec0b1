"""What comes back by mail: bounces, complaints and wishes to leave, read into reports."""
