"""The compatibility rules, one module for each step, and the findings they make."""
