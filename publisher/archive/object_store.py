"""An archive in an object store: one object for each file, put only where there is none.

The store must know conditional puts (``If-None-Match: *``, RFC 9110 section 13.1.2): Amazon S3
does since August 2024, and so do MinIO, Cloudflare R2 and Ceph.  What was put never changes, so
each machine keeps what it has read.  Unlike a folder, such a store lets one path be an object and
the beginning of another one's; the paths of the archive are never so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from publisher import durable
from publisher.archive.store import checked
from publisher.errors import ArchiveError, SettingsError


def open_file_system(url: str) -> tuple[Any, str]:
    """The file system of an address such as ``s3://bucket/folder``, and the path in it.

    Keys and endpoint are those of the environment, as every program for S3 reads them
    (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL …).  Raises SettingsError where
    the package for it is missing.
    """
    parts = urlsplit(url)
    try:
        import fsspec

        # No cache of listings: other machines write there, too.
        system = fsspec.filesystem(parts.scheme, use_listings_cache=False, skip_instance_cache=True)
    except ImportError as error:
        raise SettingsError(
            f"{url} needs a package that is not installed", "pip install 'publisher[s3]'"
        ) from error
    return system, f"{parts.netloc}{parts.path}".rstrip("/")


@contextmanager
def talking(url: str, what: str) -> Iterator[None]:
    """Whatever an object store refuses is said in words."""
    # Drivers raise their own errors, which have nothing in common but this.
    try:
        yield
    except (ArchiveError, FileExistsError, FileNotFoundError):
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:300] or type(error).__name__
        raise ArchiveError(
            f"{url} could not be {what}: {said}",
            "check its address, the keys (AWS_ACCESS_KEY_ID …) and the network; then try again",
        ) from error


class ObjectStore:
    """An archive at an address such as ``s3://bucket/archive``; `kept` is a folder of copies.

    Every method may raise ArchiveError.
    """

    def __init__(
        self, url: str, kept: Path, open_: Callable[[str], tuple[Any, str]] = open_file_system
    ) -> None:
        self._url, self._kept = url, kept
        self._system, self._base = open_(url)

    def get(self, path: str) -> bytes | None:
        """The bytes at a path; None when no object is there."""
        copy = self._kept / checked(path)
        with suppress(OSError):
            return copy.read_bytes()
        try:
            with talking(f"{self._url}/{path}", "read"):
                data = bytes(self._system.cat_file(self._name(path)))
        except FileNotFoundError:
            return None
        self._keep(copy, data)
        return data

    def put_new(self, path: str, data: bytes) -> bool:
        """Write an object in one step if there is none; False, and nothing done, if there is."""
        name = self._name(checked(path))
        try:
            with talking(f"{self._url}/{path}", "written"):
                self._system.pipe_file(name, data, mode="create")
        except FileExistsError:
            return False
        except FileNotFoundError as error:
            raise ArchiveError(
                f"{self._url}/{path} could not be written: there is no such bucket",
                "make it, or see to the address (PUBLISHER_ARCHIVE)",
            ) from error
        self._keep(self._kept / path, data)
        return True

    def list(self, prefix: str) -> Iterator[str]:
        """The paths of all objects below a folder ("" for all), sorted."""
        folder = checked(prefix.rstrip("/")) if prefix else ""
        start = self._name(folder) if folder else self._base
        try:
            with talking(f"{self._url}/{folder}", "listed"):
                found = self._system.find(start)
        except FileNotFoundError:
            return iter(())
        cut = len(self._base) + 1
        within = f"{start}/"
        return iter(sorted(each[cut:] for each in found if each.startswith(within)))

    def delete(self, path: str) -> None:
        """Take an object away, where the law asks for it; nothing is done if there is none."""
        with suppress(OSError):
            (self._kept / checked(path)).unlink()
        with suppress(FileNotFoundError), talking(f"{self._url}/{path}", "deleted"):
            self._system.rm_file(self._name(path))

    def replace(self, path: str, data: bytes) -> None:
        """Put other bytes in the place of an object's, in one step, where the law asks for it."""
        with talking(f"{self._url}/{path}", "replaced"):
            self._system.pipe_file(self._name(checked(path)), data)
        self._keep(self._kept / path, data)

    def forget(self, paths: Iterable[str]) -> None:
        """Forget copies of objects that another machine has deleted or replaced."""
        for path in paths:
            with suppress(OSError):
                (self._kept / checked(path)).unlink()

    def _name(self, path: str) -> str:
        return f"{self._base}/{path}"

    def _keep(self, copy: Path, data: bytes) -> None:
        """A copy on this machine; a disk that is full costs time, and nothing else."""
        draft = copy.with_name(f".tmp-{copy.name}")
        with suppress(OSError):
            copy.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            durable.create(draft, data, 0o444, sync=False)
            draft.replace(copy)
