"""The keys of the annotations that the pod identity webhook reads on a service account."""

from ._iamwire import AUDIENCE, ROLE_ARN, STS_REGIONAL_ENDPOINTS, TOKEN_EXPIRATION

__all__ = ["AUDIENCE", "ROLE_ARN", "STS_REGIONAL_ENDPOINTS", "TOKEN_EXPIRATION"]
