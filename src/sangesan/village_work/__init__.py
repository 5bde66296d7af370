"""What a village does on dates: duties with an owner and a cycle, courtyard meetings, leaflets."""
