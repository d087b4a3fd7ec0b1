"""What is wrong with an installation, or soon will be, and how to mend it."""
