"""Hits to answers: composed from the articles' own sentences, from their metadata, or by a chat model."""
