"""One module per command. No Qt unless the command shows a window."""
