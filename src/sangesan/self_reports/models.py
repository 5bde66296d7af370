"""What self_reports keeps."""
