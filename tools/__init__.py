"""Programs that make shipped data; none runs in the product."""
