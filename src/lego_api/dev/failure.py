class Failure(Exception):
    """Ends a command: its message is for the developer, who needs no traceback to it."""
