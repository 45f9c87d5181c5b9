"""A server of the Python SDK that knows nothing of a guard: python_server.py <port> <stateless: yes or no>"""
import asyncio
import sys

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("python")


@server.tool()
def echo(message: str) -> str:
    return message


@server.tool()
def add(a: int, b: int) -> int:
    return a + b


@server.tool()
async def slow(ctx: Context) -> str:
    for step in range(3):
        await ctx.report_progress(step + 1, 3)
        await asyncio.sleep(0.05)
    return "done"


@server.tool()
def secret_tool() -> str:
    return "nobody is to see this"


server.run(
    "streamable-http",
    host="127.0.0.1",
    port=int(sys.argv[1]),
    stateless_http=sys.argv[2] == "yes",
)
