"""What guidelines allow: ratios by modality, body part and method, each with where it was read."""
