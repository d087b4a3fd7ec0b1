"""Charts over the columns of a table: points, specifications for Vega-Lite, clean SVG, views."""
