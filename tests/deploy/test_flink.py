"""Flink on Kubernetes: valid objects, versions that belong together, a pool for each slot, and settings that the job relies on."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from apache_beam.options.pipeline_options import FlinkRunnerOptions

from connectors.config import load
from tests.deploy.test_manifests import DEPLOY, KUBERNETES_VERSION, VARIABLES, is_command, pods

FLINK = DEPLOY / "flink"
FILES = sorted(path for path in FLINK.glob("*.yaml") if path.name not in ("kustomization.yaml", "pipeline.patch.yaml"))
KUSTOMIZATION = yaml.safe_load((FLINK / "kustomization.yaml").read_text(encoding="utf-8"))
PATCH = yaml.safe_load((FLINK / "pipeline.patch.yaml").read_text(encoding="utf-8"))
TAGS = {image["name"]: image["newTag"] for image in KUSTOMIZATION["images"]}


def documents() -> Iterator[dict[str, Any]]:
    """Every object of the folder."""
    for path in FILES:
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def find(kind: str, name: str) -> dict[str, Any]:
    """One object."""
    return next(one for one in documents() if (one["kind"], one["metadata"]["name"]) == (kind, name))


def containers(pod: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The containers of a pod by name."""
    return {one["name"]: one for one in pod["containers"]}


def deployments() -> dict[str, dict[str, Any]]:
    """The pods of the folder by the name of their deployment."""
    return {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in documents() if one["kind"] == "Deployment"}


def patched() -> dict[str, Any]:
    """The pipeline's deployment as kustomize would patch it: lists of things with names are merged by name."""
    (base,) = [
        one
        for one in yaml.safe_load_all((DEPLOY / "kubernetes" / "pipeline.yaml").read_text(encoding="utf-8"))
        if one["kind"] == "Deployment"
    ]
    return merged(base, PATCH)


def merged(base: Any, patch: Any) -> Any:
    """A strategic merge, as far as these files need one."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {
            key: merged(base[key], patch[key]) if key in base and key in patch else {**base, **patch}[key]
            for key in {**base, **patch}
        }
    if isinstance(base, list) and isinstance(patch, list):
        named, changes = {one["name"]: one for one in base}, {one["name"]: one for one in patch}
        return [
            merged(named[name], changes[name]) if name in named and name in changes else {**named, **changes}[name]
            for name in {**named, **changes}
        ]
    return patch


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_object_is_valid_for_kubernetes(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)


def test_the_patched_pipeline_is_valid_for_kubernetes() -> None:
    made = patched()
    kubernetes_validate.validate(made, KUBERNETES_VERSION, strict=True)
    assert set(containers(made["spec"]["template"]["spec"])) == {"pipeline", "jobserver"}


def test_kustomize_takes_every_file_of_the_folder() -> None:
    assert [name for name in KUSTOMIZATION["resources"] if name != "../kubernetes"] == [
        "flink.yaml", "jobmanager.yaml", "taskmanager.yaml", "network.yaml",
    ]  # fmt: skip
    assert {path.name for path in FILES} == set(KUSTOMIZATION["resources"]) - {"../kubernetes"}
    assert [patch["path"] for patch in KUSTOMIZATION["patches"]] == ["pipeline.patch.yaml"]
    assert KUSTOMIZATION["patches"][0]["target"] == {"kind": PATCH["kind"], "name": PATCH["metadata"]["name"]}


def test_every_image_has_a_tag() -> None:
    every = [
        container for pod in [*deployments().values(), patched()["spec"]["template"]["spec"]] for container in pod["containers"]
    ]
    assert {container["image"] for container in every} == set(TAGS)


def test_beam_its_job_server_and_flink_belong_together() -> None:
    (jobserver,) = [name for name in TAGS if "job_server" in name]
    line = jobserver.removeprefix("apache/beam_flink").removesuffix("_job_server")
    assert TAGS[jobserver] == version("apache-beam")
    assert line in FlinkRunnerOptions.PUBLISHED_FLINK_VERSIONS
    assert TAGS["flink"].startswith(f"{line}.")


def test_there_is_a_slot_and_a_pool_of_workers_for_each_copy_of_a_step() -> None:
    flink = yaml.safe_load(find("ConfigMap", "flink")["data"]["config.yaml"])
    assert flink["taskmanager.numberOfTaskSlots"] == 1
    env = {one["name"]: one["value"] for one in containers(PATCH["spec"]["template"]["spec"])["pipeline"]["env"]}
    assert set(env) <= VARIABLES
    engine = load(None, env).engine
    assert engine.kind == "cluster"
    assert find("Deployment", "flink-taskmanager")["spec"]["replicas"] == engine.parallelism
    workers = containers(deployments()["flink-taskmanager"])["workers"]
    assert is_command(workers["args"])
    assert workers["args"][workers["args"].index("--listen") + 1] == engine.worker_endpoint
    jobserver = containers(PATCH["spec"]["template"]["spec"])["jobserver"]["args"]
    assert f"--job-port={(engine.job_endpoint or '').rpartition(':')[2]}" in jobserver


def test_checkpoints_are_where_every_part_reaches_them_and_barriers_do_not_overtake() -> None:
    flink = yaml.safe_load(find("ConfigMap", "flink")["data"]["config.yaml"])
    assert flink["execution.checkpointing.unaligned.enabled"] is False
    assert find("PersistentVolumeClaim", "flink")["spec"]["accessModes"] == ["ReadWriteMany"]
    for name, container in (("flink-jobmanager", "jobmanager"), ("flink-taskmanager", "taskmanager")):
        mounts = {one["mountPath"]: one["name"] for one in containers(deployments()[name])[container]["volumeMounts"]}
        volumes = {one["name"]: one for one in deployments()[name]["volumes"]}
        assert volumes[mounts["/var/flink"]]["persistentVolumeClaim"]["claimName"] == "flink"
    for key in ("execution.checkpointing.dir", "execution.checkpointing.savepoint-dir"):
        assert flink[key].startswith("file:///var/flink/")


def test_ports_of_flink_are_open_to_flink_and_its_job_server_alone() -> None:
    config = yaml.safe_load(find("ConfigMap", "flink")["data"]["config.yaml"])
    ports = {config[key] for key in config if key.endswith(".port")}
    inner, submit = find("NetworkPolicy", "flink-in")["spec"]["ingress"]
    assert {port["port"] for port in inner["ports"]} == ports
    assert submit["from"] == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "sanctionwire", "app.kubernetes.io/component": "pipeline"}}}
    ]
    assert all(rule["from"] for rule in (inner, submit))
    serving = {port["containerPort"] for pod in deployments().values() for one in pod["containers"] for port in one["ports"]}
    assert ports <= serving


def test_nothing_runs_as_root_or_writes_outside_its_volumes() -> None:
    for pod in (*deployments().values(), patched()["spec"]["template"]["spec"]):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in pod["containers"]:
            security = container["securityContext"]
            assert (security["allowPrivilegeEscalation"], security["readOnlyRootFilesystem"]) == (False, True)
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} == set(container["resources"])


def test_the_pod_that_only_submits_asks_for_less_than_the_one_that_reads() -> None:
    reading, submitting = containers(pods()["pipeline"]), containers(patched()["spec"]["template"]["spec"])
    assert reading["pipeline"]["resources"]["requests"]["memory"] == "2Gi"
    assert submitting["pipeline"]["resources"]["requests"]["memory"] == "384Mi"
    assert submitting["pipeline"]["args"] == reading["pipeline"]["args"]
