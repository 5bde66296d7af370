"""What households say of themselves: by QR code, telephone, at the window, by proxy."""
