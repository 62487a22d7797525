"""What a business adds in code: its own systems behind ports, tools, triggers. Named in `extensions.yaml`."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Protocol, cast, get_type_hints

from pydantic import Field

from agent.models.schemas import tool_definition
from agent.triggers.detector import TriggerDetector
from core.business_parts import Part
from core.errors import OperatorError
from core.yaml_lines import Loc, YamlFile, read_yaml
from tools.mcp_config import McpServer
from tools.mcp_tools import Listed, specs_of
from tools.outside import Outside, OutsidePort, declared
from tools.ports import Ports
from tools.registry import OWN, Toolbox
from tools.spec import ToolSpec

FILE = "extensions.yaml"


@dataclass(frozen=True)
class Plugin:
    """What a name of `plugins` leads to."""

    tools: tuple[ToolSpec, ...] = ()
    triggers: tuple[TriggerDetector, ...] = ()
    """Detectors beside Baton's own; each speaks for one of the eleven triggers."""


class Servers(Protocol):
    """The connections to MCP servers."""

    def listed(self, server: str) -> Mapping[str, Listed]:
        """A server's tools by name."""

    def close(self) -> None:
        """Ends them."""


class ExtensionsFile(Part):
    """The file. Names are `module:object`, as Python imports them."""

    path: str = "."
    """A folder from which modules are imported too, seen from the business folder."""
    ports: dict[str, str] = Field(default_factory=dict)
    """Port → a class or function without arguments that makes what stands behind it."""
    plugins: tuple[str, ...] = ()
    mcp: tuple[McpServer, ...] = ()


@dataclass(frozen=True)
class Extensions:
    """All that a business adds."""

    systems: dict[str, object]
    """Port → what stands behind it."""
    plugins: tuple[Plugin, ...] = ()
    mcp: tuple[McpServer, ...] = ()
    servers: Servers | None = None
    source: str = FILE

    @property
    def detectors(self) -> tuple[TriggerDetector, ...]:
        return tuple(one for plugin in self.plugins for one in plugin.triggers)

    def ports_over(self, ports: Ports) -> Ports:
        """The ports, with the business's own systems in their places."""
        return replace(ports, **{name: behind(name, one) for name, one in self.systems.items()})  # type: ignore[arg-type]

    def toolbox(self) -> Toolbox:
        """Baton's tools, those of plugins and of MCP servers. OperatorError says what does not fit."""
        added = [one for plugin in self.plugins for one in plugin.tools]
        return OWN.with_more([*added, *self._of_servers()], self.source)

    def _of_servers(self) -> list[ToolSpec]:
        if self.servers is None:
            return []
        try:
            found = [
                spec
                for server in self.mcp
                for spec in specs_of(server, self.servers.listed(server.name), self.source)
            ]
            for spec in found:
                tool_definition(spec.tool)  # an argument of which a model could not be told is an error now
        except OperatorError:
            self.close()
            raise
        return found

    def close(self) -> None:
        """Ends what was opened for it."""
        if self.servers is not None:
            self.servers.close()


def behind(port: str, system: object) -> object:
    """A system as its port is called: itself when it works on Baton's database, else by way of an intent."""
    return system if declared(system) == Outside() else OutsidePort(port, system)


def load_extensions(directory: Path) -> Extensions:
    """What the folder's `extensions.yaml` names; nothing without one. BusinessFileError: it is wrong."""
    path = directory / FILE
    if not path.exists():
        return Extensions({})
    file = read_yaml(path)
    read = file.parse(ExtensionsFile)
    folder = str((directory / read.path).resolve())
    if folder not in sys.path:
        sys.path.append(folder)
    systems = {name: _system(file, name, target) for name, target in read.ports.items()}
    plugins = [_plugin(file, ("plugins", at), target) for at, target in enumerate(read.plugins)]
    servers = _servers(file, read.mcp) if read.mcp else None
    if servers is not None:
        systems["mcp"] = servers
    return Extensions(systems, tuple(plugins), read.mcp, servers, str(path))


def _servers(file: YamlFile, servers: tuple[McpServer, ...]) -> Servers:
    """The connections; what they need is installed only where they are used."""
    file.check_unique((one.name for one in servers), "name", ("mcp",))
    try:
        module = importlib.import_module("tools.mcp_servers")
    except ModuleNotFoundError as error:
        found = f"MCP servers, but no {error.name}"
        raise file.error(("mcp",), found, "its packages: `uv pip install 'baton[mcp]'`") from error
    return cast(Servers, module.McpServers(servers))


def _system(file: YamlFile, name: str, target: str) -> object:
    shapes = get_type_hints(Ports)
    known = [one.name for one in fields(Ports) if one.name not in ("public_url", "mcp")]
    file.check(("ports",), name, known, "a port")
    make = cast("Callable[[], object]", _named(file, ("ports", name), target))
    system = make()
    needed = [method for method in vars(shapes[name]) if not method.startswith("_")]
    missing = [method for method in needed if not callable(getattr(system, method, None))]
    if missing:
        found = f"`{target}` without {', '.join(f'`{one}`' for one in missing)}"
        raise file.error(
            ("ports", name), found, f"every method of {shapes[name].__name__}, see tools/ports.py"
        )
    return system


def _plugin(file: YamlFile, loc: Loc, target: str) -> Plugin:
    found = _named(file, loc, target)
    if not isinstance(found, Plugin):
        raise file.error(loc, f"`{target}`, a {type(found).__name__}", "a runtime.extensions.Plugin")
    return found


def _named(file: YamlFile, loc: Sequence[str | int], target: str) -> object:
    module, _, name = target.partition(":")
    try:
        return cast(object, getattr(importlib.import_module(module), name))
    except (ImportError, AttributeError, ValueError) as error:
        raise file.error(loc, f"`{target}` ({error})", "`module:object` that Python can import") from error
