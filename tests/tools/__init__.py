"""Helpers of the build and the tests; nothing of the program."""
