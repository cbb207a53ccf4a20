"""Tables, pictures and words for people."""
