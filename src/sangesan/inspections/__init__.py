"""Teams on the ground: plans nobody sees beforehand, what was found."""
