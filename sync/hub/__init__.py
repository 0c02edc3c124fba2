"""The reference hub: what the provincial hub must do."""
