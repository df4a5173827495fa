"""The shared model: frozen values, and edits of them."""
