"""Pages, a module per room; each calls one query or one action of the domain and shows what it says."""
