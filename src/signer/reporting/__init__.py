"""What a registry and its rounds of cleaning say, for people: about one person, and about all."""
