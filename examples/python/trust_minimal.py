"""Who may assume a role: write the policy, ask it, change it."""

from iamwire import Request, TrustPolicy, WebIdentityGrant

PROVIDER = (
    "arn:aws:iam::123456789012:oidc-provider/"
    "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
)


def main() -> None:
    trust = TrustPolicy.web_identity(PROVIDER).service_account("shop/my-s3-role").build()
    print(trust.to_json(indent=2))

    # A token of another service account is refused, and the reason names the two that differ.
    request = Request.web_identity(
        PROVIDER,
        context={
            "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud": "sts.amazonaws.com",
            "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub": "system:serviceaccount:shop:api",
        },
    )
    print(trust.explain(request))

    # Granted, it joins the statement that is there; every other byte stays.
    edit = trust.grant(WebIdentityGrant(PROVIDER, "system:serviceaccount:shop:api"))
    for change in edit.changes:
        print(change)
    print(edit.policy.prepare().decide(request))
    for granted in edit.policy.grants():
        print(f"{granted.grant}: {granted.grant.breadth()}")


if __name__ == "__main__":
    main()
