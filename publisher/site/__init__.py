"""Pages and feeds as files below one folder."""
