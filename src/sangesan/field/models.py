"""What field keeps."""
