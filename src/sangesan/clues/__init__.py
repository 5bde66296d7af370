"""Clues (线索): what the three lines of defence found, one open clue per household and risk; hits are its evidence."""
