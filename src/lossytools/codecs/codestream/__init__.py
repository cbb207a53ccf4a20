"""What a code stream says of itself: headers only, nothing is decoded."""
