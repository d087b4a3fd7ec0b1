"""The pages on which readers subscribe, confirm, choose and leave, served over HTTP."""
