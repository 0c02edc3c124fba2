"""Pictures of papers: sample pages for training, files that a scanner left, and the process that makes files anew."""
