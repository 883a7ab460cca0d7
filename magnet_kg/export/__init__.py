"""What a trainer loads: SFT rows and preference pairs, in chat form, with their provenance and a dataset card."""
