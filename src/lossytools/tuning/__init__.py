"""The coarsest setting of a codec that keeps what was asked for, found in few attempts."""
