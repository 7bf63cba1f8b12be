"""The local web page on a workspace: shows what the jobs found, and takes decisions. No logic of its own."""
