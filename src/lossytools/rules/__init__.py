"""The consistency rules: one family a module, each rule with its clause and examples."""
