"""The desk: what the local page asks for and sets in motion."""
