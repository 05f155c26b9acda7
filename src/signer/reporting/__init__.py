"""What is told of a registry: pages for people, made of counts that others have taken."""
