"""Files: what people hand in, kept encrypted under the digest of its content."""
