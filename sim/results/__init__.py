"""The results folder: tables, resolved scenario, manifest; and the cache of tags."""
