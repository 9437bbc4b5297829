"""The bucket of uploads, when there is one (tpr/byte_store.py). Keys come as boto3 finds them:
`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the role of the host.
"""

from typing import Any

from environs import Env


def bucket_storage(env: Env) -> dict[str, Any] | None:
    """Return the STORAGES entry of `S3_BUCKET`; None when none is named."""
    name = env.str("S3_BUCKET", "")
    if not name:
        return None
    from botocore.config import Config  # requirements/s3.txt; nothing of it without a bucket

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": env.str("S3_ENDPOINT_URL", "") or None,
            "region_name": env.str("S3_REGION", "") or None,
            "default_acl": None,
            "querystring_auth": False,
            "client_config": Config(
                connect_timeout=3, read_timeout=15, retries={"max_attempts": 2},
                s3={"addressing_style": "path"}, signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }  # fmt: skip
