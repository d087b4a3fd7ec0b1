"""An object store for tests: a server that speaks S3, in this process, on loopback."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

KEYS = {
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
    # No file of the machine's has a say.
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}  # fmt: skip


class Buckets:
    """The server; each test takes a bucket of its own."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._client = boto3.client("s3", endpoint_url=endpoint)
        self._numbers = itertools.count(1)

    def fresh(self) -> str:
        """The address of a new bucket."""
        name = f"bucket-{next(self._numbers)}"
        self._client.create_bucket(Bucket=name)
        return f"s3://{name}"

    def objects(self, url: str) -> dict[str, bytes]:
        """All objects below an address."""
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=f"{prefix}/" if prefix else ""
        )
        names = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return {
            name.removeprefix(f"{prefix}/"): self._client.get_object(Bucket=bucket, Key=name)[
                "Body"
            ].read()
            for name in names
        }

    def headers(self, url: str) -> dict[str, str]:
        """What is sent with an object."""
        bucket, _, name = url.removeprefix("s3://").partition("/")
        found = self._client.head_object(Bucket=bucket, Key=name)
        return {key: str(found[key]) for key in ("ContentType", "CacheControl") if key in found}

    def put(self, url: str, data: bytes) -> None:
        """Write an object past the program."""
        bucket, _, name = url.removeprefix("s3://").partition("/")
        self._client.put_object(Bucket=bucket, Key=name, Body=data)

    def changed(self, url: str) -> dict[str, str]:
        """When each object below an address was written."""
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        found = self._client.list_objects_v2(Bucket=bucket, Prefix=prefix)
        return {each["Key"]: str(each["LastModified"]) for each in found.get("Contents", ())}


@contextmanager
def object_store() -> Iterator[Buckets]:
    """The server as long as it is needed; the environment names it, as operators do."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    before = {name: os.environ.get(name) for name in (*KEYS, "AWS_ENDPOINT_URL")}
    os.environ.update(KEYS | {"AWS_ENDPOINT_URL": endpoint})
    try:
        yield Buckets(endpoint)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        server.stop()
