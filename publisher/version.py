"""The version, where no package needs to be imported for it."""

VERSION = "0.1.0"
