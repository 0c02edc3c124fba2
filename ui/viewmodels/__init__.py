"""What the pages show and what they can ask for: one view model per page or panel."""
