"""The one exception: a line for people."""


class Refused(Exception):
    """Nothing can be told; the text says why."""
