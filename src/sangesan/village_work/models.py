"""What village_work keeps."""
