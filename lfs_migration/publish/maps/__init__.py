"""The map of destinations: where countries are, how they are shaded, lines and labels that do not overlap."""
