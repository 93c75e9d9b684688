"""Wire with asyncio, and tell each step; what is cancelled finishes when it is run again."""

import asyncio
import os

from iamwire import Account, Binding, Cluster, Desired, Event, Role, WireError, Wirer
from iamwire.sandbox import Sandbox


def tell(event: Event) -> None:
    print(event)


async def wire(desired: Desired) -> None:
    wirer = Wirer(on_event=tell, deadline=60)
    try:
        async with asyncio.timeout(50):
            done = await wirer.wire_async(desired)
    except WireError as error:
        print(error, error.help, *error.done, sep="\n")
        raise
    print("wired:", done.wired[0].role_arn)


def main() -> None:
    role = Role("my-s3-role", managed_policies=["AmazonS3ReadOnlyAccess"])
    desired = Desired([Binding(Cluster.from_name("prod"), Account("shop/my-s3-role"), role)])
    with Sandbox() as sandbox:
        os.environ.update(sandbox.env)
        asyncio.run(wire(desired))


if __name__ == "__main__":
    main()
