"""The jobs: one file each, and all the wiring between the rooms."""
