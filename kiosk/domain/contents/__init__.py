"""What each paper about a case says, one module a paper: every word decided, every personal value masked."""
