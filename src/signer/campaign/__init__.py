"""Campaigns: runs that compose the stages over whole tables; their output is there whole or not at all."""
