"""Pictures of papers: sample pages for training, and files that a scanner left."""
