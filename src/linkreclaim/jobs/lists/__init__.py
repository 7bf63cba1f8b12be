"""Lists: URLs from anywhere into one list, asked in turns, each answer saved at once."""
