"""Ways to run parts somewhere: an engine gets a callable and parts, and knows nothing of shots or keys."""
