"""The jobs, and all the wiring between the rooms; its folders import down only, as the rooms do (CONTRIBUTING.md)."""
