"""HTML pages of a publication: the report and the profile, and what they say before a template lays it out."""
