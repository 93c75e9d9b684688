"""moto's server, with what it lacks for a wiring, and a log of what it was asked.

    python tests/real/moto_server.py PORT LOG CLUSTERS

LOG gets a line for each request to AWS: `iam:GetRole`. CLUSTERS is a JSON file: what `DescribeCluster` says of
a cluster by its name, in the place of what moto invents: `{"prod": {"endpoint": …, "issuer": …, "ca": …}}`.
"""

import json
import os
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.core.responses import EmptyResult
from moto.eks.models import Cluster
from moto.iam.responses import IamResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def add_client_id(self: Any) -> EmptyResult:
    """`AddClientIDToOpenIDConnectProvider`: one that is there already is no error."""
    arn, client_id = self._get_param("OpenIDConnectProviderArn"), self._get_param("ClientID")
    provider = self.backend.get_open_id_connect_provider(arn)
    if client_id not in provider.client_id_list:
        provider.client_id_list.append(client_id)
    return EmptyResult()


def remove_client_id(self: Any) -> EmptyResult:
    """`RemoveClientIDFromOpenIDConnectProvider`: one that isn't there is no error."""
    arn, client_id = self._get_param("OpenIDConnectProviderArn"), self._get_param("ClientID")
    provider = self.backend.get_open_id_connect_provider(arn)
    provider.client_id_list = [c for c in provider.client_id_list if c != client_id]
    return EmptyResult()


def told(clusters: dict[str, dict[str, str]]) -> None:
    """Makes moto tell of these clusters."""
    original = Cluster.__init__

    def init(self: Any, name: str, *args: Any, **rest: Any) -> None:
        original(self, name, *args, **rest)
        if known := clusters.get(name):
            self.endpoint = known["endpoint"]
            self.identity = {"oidc": {"issuer": known["issuer"]}}
            self.certificate_authority = {"data": known["ca"]}

    Cluster.__init__ = init  # type: ignore[method-assign]


class Logged:
    """An application that writes down each request."""

    def __init__(self, application: Any, log: Path) -> None:
        self.application = application
        self.log = log

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        scope = environ.get("HTTP_AUTHORIZATION", "").split("Credential=")[-1].split(",")[0]
        service = scope.split("/")[3] if scope.count("/") >= 4 else "?"
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [None])[0]
        what = action or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        if service != "?":
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{service}:{what}\n")
        answer: Iterable[bytes] = self.application(environ, start)
        return answer


def main() -> None:
    port, log, clusters = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    told(json.loads(clusters.read_text(encoding="utf-8")))
    IamResponse.add_client_id_to_open_id_connect_provider = add_client_id  # type: ignore[attr-defined]
    IamResponse.remove_client_id_from_open_id_connect_provider = remove_client_id  # type: ignore[attr-defined]
    application = Logged(DomainDispatcherApplication(create_backend_app), log)
    run_simple("127.0.0.1", port, application, threaded=True)


if __name__ == "__main__":
    main()
