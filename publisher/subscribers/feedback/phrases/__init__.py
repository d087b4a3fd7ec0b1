"""What mail systems say, in patterns of one line each."""
