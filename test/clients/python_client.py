"""A client on the Python SDK as a newcomer would write it; the browser is whatever BROWSER says."""

import asyncio
import json
import os
import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata


class Memory:
    """Where the SDK keeps tokens and the client's registration."""

    def __init__(self, client_information=None):
        self.tokens = None
        self.client_information = client_information

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_information

    async def set_client_info(self, client_info):
        self.client_information = client_info


class Callback:
    """Waits on a loopback port for the answer to a sign-in."""

    def __init__(self, port):
        answers = self.answers = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                answers.append({name: values[0] for name, values in parse_qs(urlparse(self.path).query).items()})
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"You may close this page.")

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", port), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/callback"

    async def wait(self):
        await asyncio.to_thread(self.server.handle_request)
        answer = self.answers.pop()
        if "code" not in answer:
            raise RuntimeError(f"authorization answered {answer.get('error')}")
        return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))


def provider_for(settings):
    url = settings["url"]
    if "machine" in settings:
        machine = settings["machine"]
        return ClientCredentialsOAuthProvider(
            server_url=url,
            storage=Memory(),
            client_id=machine["clientId"],
            client_secret=machine["clientSecret"],
            scope=" ".join(machine["scopes"]),
            issuer=settings["issuer"],
        )
    callback = Callback(settings.get("port", 0))
    address = settings.get("redirectUri", callback.address)

    async def open_browser(target):
        webbrowser.open(target)

    known = settings.get("clientId")
    storage = Memory(known and OAuthClientInformationFull(client_id=known, redirect_uris=[address]))
    return OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(
            client_name="Python client", redirect_uris=[address], token_endpoint_auth_method="none"
        ),
        storage=storage,
        redirect_handler=open_browser,
        callback_handler=callback.wait,
        client_metadata_url=settings.get("clientMetadataUrl"),
    )


async def main():
    settings = json.loads(os.environ["CLIENT_SETTINGS"])
    provider = provider_for(settings)
    async with httpx2.AsyncClient(auth=provider, timeout=30) as http:
        transport = streamable_http_client(settings["url"], http_client=http)
        async with Client(transport, mode=settings.get("mode", "auto")) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            results = []
            for name, arguments in settings["calls"]:
                result = await client.call_tool(name, arguments)
                results.append({"isError": result.is_error, "structuredContent": result.structured_content})
            print(json.dumps({"protocol": client.protocol_version, "tools": tools, "results": results}))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
