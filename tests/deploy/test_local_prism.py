"""Finding Prism; that it builds and runs is seen end to end."""

import os
from pathlib import Path

import pytest

from connectors.errors import EngineError
from deploy.local import prism
from deploy.local.runtime import Tool

BUILD_INFO = b"\x7fELF...path\tgithub.com/apache/beam/sdks/v2/go/cmd/prism\nmod\tgithub.com/apache/beam/sdks/v2\tv%s\th1:RsC6=\n..."


def executable(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def find(cache: Path, path: Path, lines: list[str] | None = None) -> Tool:
    return prism.find_prism(cache, {"PATH": str(path)}, [].append if lines is None else lines.append, release="2.77.0")


def test_the_cache_comes_before_path(tmp_path: Path) -> None:
    cached = executable(tmp_path / "cache/prism/2.77.0/prism", b"anything")
    executable(tmp_path / "bin/prism", BUILD_INFO % b"2.77.0")
    assert find(tmp_path / "cache", tmp_path / "bin") == Tool(cached, "2.77.0", "the cache")


def test_another_release_in_the_cache_is_not_taken(tmp_path: Path) -> None:
    executable(tmp_path / "cache/prism/2.76.0/prism", b"anything")
    on_path = executable(tmp_path / "bin/prism", BUILD_INFO % b"2.77.0")
    assert find(tmp_path / "cache", tmp_path / "bin") == Tool(on_path, "2.77.0", "PATH")


@pytest.mark.parametrize(
    ("content", "said"),
    [(BUILD_INFO % b"2.76.0", "Prism 2.76.0"), (b"#!/bin/sh\n", "of no known version"), (b"", "of no known version")],
)
def test_a_prism_on_path_of_another_version_is_passed_over_and_named(tmp_path: Path, content: bytes, said: str) -> None:
    where = executable(tmp_path / "prism", content)
    lines: list[str] = []
    assert prism.on_path("2.77.0", {"PATH": str(tmp_path)}, lines.append) is None
    assert lines == [f"{where} is not used: it is {said}, and 2.77.0 is needed"]


def test_a_file_in_the_cache_that_cannot_be_run_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "prism").write_bytes(b"half")
    assert prism.in_cache(tmp_path, "2.77.0") is None


def test_the_build_is_of_the_very_release() -> None:
    command = prism.build_command(Path("/go/bin/go"), "2.77.0")
    assert command[:2] == ["/go/bin/go", "install"]
    assert command[-1] == "github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0"


def test_all_that_go_writes_lies_in_the_scratch_directory() -> None:
    env = prism.build_environment({"HOME": "/home/anna"}, Path("/scratch"))
    moved = {"GOPATH", "GOBIN", "GOMODCACHE", "GOCACHE"}
    assert all(env[name].startswith("/scratch") for name in moved)


def test_settings_of_another_build_are_dropped_and_those_of_the_network_kept() -> None:
    users = {"GOROOT": "/old", "GOOS": "windows", "GOFLAGS": "-mod=vendor", "HTTPS_PROXY": "http://proxy", "GOPROXY": "off"}
    env = prism.build_environment(users, Path("/scratch"))
    assert not {"GOROOT", "GOOS"} & env.keys()
    assert env["GOFLAGS"] == "-modcacherw -trimpath"
    assert (env["HTTPS_PROXY"], env["GOPROXY"]) == ("http://proxy", "off")


def test_progress_counts_modules_and_packages() -> None:
    log = "go: downloading google.golang.org/grpc v1.82.1\ngo: finding x\ninternal/abi\nerrors\ngoogle.golang.org/grpc\n"
    assert prism.build_progress(log) == "1 modules fetched, 3 of about 780 packages compiled"


def test_a_download_stalls_when_nothing_arrives_for_too_long() -> None:
    size = 0
    stalled = prism._stall_detector(lambda: size)
    assert not stalled(prism.DOWNLOAD_STALL_SECS - 1)
    size = 10
    assert not stalled(prism.DOWNLOAD_STALL_SECS + 1)
    assert not stalled(2 * prism.DOWNLOAD_STALL_SECS)
    assert stalled(2 * prism.DOWNLOAD_STALL_SECS + 2)


def go_that(script: str, directory: Path) -> dict[str, str]:
    body = f'#!/bin/sh\nif [ "$1" = version ]; then echo go version go1.26.0 linux/amd64; exit; fi\n{script}\n'
    executable(directory / "go", body.encode())
    return {"PATH": f"{directory}{os.pathsep}/usr/bin{os.pathsep}/bin"}


PRISM_SCRIPT = "mkdir -p $GOBIN; printf '#!/bin/sh\\necho usage: -job_port' > $GOBIN/prism; chmod +x $GOBIN/prism"


def test_what_is_built_lands_in_the_cache_and_the_scratch_is_gone(tmp_path: Path) -> None:
    lines: list[str] = []
    built = prism.find_prism(tmp_path / "cache", go_that(PRISM_SCRIPT, tmp_path / "bin"), lines.append, release="0.0.1")
    assert built == Tool(tmp_path / "cache/prism/0.0.1/prism", "0.0.1", "the build")
    assert sorted(path.name for path in built.path.parent.iterdir()) == [".lock", "prism"]
    assert "about 2 minutes" in lines[0]


@pytest.mark.parametrize("script", ["echo 'go: \033[31mno network' >&2; exit 1", f"{PRISM_SCRIPT}; echo broken > $GOBIN/prism"])
def test_a_build_that_fails_leaves_no_binary_and_says_why(tmp_path: Path, script: str) -> None:
    with pytest.raises(EngineError, match="cannot be built") as caught:
        prism.find_prism(tmp_path / "cache", go_that(script, tmp_path / "bin"), lambda _: None, release="0.0.1")
    assert not (tmp_path / "cache/prism/0.0.1/prism").exists()
    assert str(tmp_path / "cache/prism/0.0.1/prism") in caught.value.next_step
    assert "\033" not in str(caught.value)
