"""How fast pages, bookings and events are, and what a person costs who is there."""
