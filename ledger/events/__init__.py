"""Typed events: payloads by room of the domain, their fields, and the registry of frozen names."""
