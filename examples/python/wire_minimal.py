"""Give a service account its permissions, on a sandbox; leave the sandbox out for your own cluster."""

import os

from iamwire import Account, Binding, Cluster, Desired, Role, Wirer
from iamwire.sandbox import Sandbox


def main() -> None:
    role = Role("my-s3-role", managed_policies=["AmazonS3ReadOnlyAccess"])
    desired = Desired([Binding(Cluster.from_name("prod"), Account("shop/my-s3-role"), role)])

    with Sandbox() as sandbox:
        os.environ.update(sandbox.env)
        wirer = Wirer()  # as the AWS CLI: environment, profile, SSO; or session=boto3.Session(…)

        plan = wirer.plan(desired)  # reads only
        print(plan)
        done = wirer.apply(plan)
        print(done.wired[0].manifest.to_yaml())

        # A second time nothing is left to do.
        print("again:", len(wirer.plan(desired).changes), "changes")

        wirer.unwire(desired)


if __name__ == "__main__":
    main()
