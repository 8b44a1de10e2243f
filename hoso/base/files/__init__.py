"""Files as bytes: what they really are, how a page of one looks, and how they rest encrypted; no tables, no viewers."""
