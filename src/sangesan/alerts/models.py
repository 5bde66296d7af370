"""What alerts keeps."""
