"""Acknowledgement clocks: what was told needs an answer, and somebody else hears of it until there is one."""
