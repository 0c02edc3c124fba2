"""Cases, matters, people, rules and dates: pure functions and frozen values. No input or output, no Qt, no drivers."""
