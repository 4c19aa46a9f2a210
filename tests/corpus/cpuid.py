"""Loaders; see host.py."""

SOURCES = {}
