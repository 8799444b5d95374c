"""What pages are made of. Presentational: variables and handlers come as arguments."""
