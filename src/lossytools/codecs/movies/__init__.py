"""Codecs whose frames lie together in one bit stream: MPEG-2, H.264, HEVC."""
