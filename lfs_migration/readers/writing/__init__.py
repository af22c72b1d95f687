"""Survey files written for others."""
