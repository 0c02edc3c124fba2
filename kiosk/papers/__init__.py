"""A paper in, PDF bytes out: the only place that imports reportlab."""
