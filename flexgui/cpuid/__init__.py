"""What a processor says of itself: registers, named fields, signatures, mask strings."""
