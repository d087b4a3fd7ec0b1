"""The live preview: a small server for an editor's own machine, and nobody else's."""
