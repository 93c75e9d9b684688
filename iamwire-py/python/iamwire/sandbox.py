"""A loopback AWS and Kubernetes in this process, for your own tests.

It serves IAM, STS, EKS and Kubernetes on 127.0.0.1, with AWS's own error codes and texts; its STS decides with a
reference evaluator of trust policies::

    with Sandbox() as sandbox:
        iam = boto3.client("iam", endpoint_url=sandbox.endpoint_url, ...)
"""

from ._iamwire import Call, Sandbox

__all__ = ["Call", "Sandbox"]
