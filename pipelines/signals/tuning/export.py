"""The tuned layers as an ONNX file: matrices in whole numbers of 8 bits, everything else as it is.

Each column of a matrix has a scale of its own; what comes in is scaled as it comes ("dynamic quantization" of ONNX Runtime:
operators DynamicQuantizeLinear and MatMulInteger of the ONNX specification). On sentences that nothing was learned from this moved
no score by more than half a point, and it computes twice as fast. The table of word pieces stays with the base model: vectors
come in.
"""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from pipelines.signals.en.encoder import MAX_PIECES
from pipelines.signals.tuning.model import FAR, HEADS, LAYERS, NORM, WIDTH, Weights, layer_name, part_table

OPERATORS, FORMAT = 20, 9  # versions of ONNX's operators, the first with Gelu, and of its file format
TOP = 127  # of eight bits with a sign


class Graph:
    """Collects the nodes of a graph and what they hold; every value has a name of its own."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.held: list[Any] = []

    def node(self, operator: str, *given: str, results: int = 1, **how: Any) -> Any:
        """Add a node and return the name of its result, or a list of names."""
        names = [f"v{len(self.nodes)}_{at}" for at in range(results)]
        self.nodes.append(helper.make_node(operator, given, names, **how))
        return names[0] if results == 1 else names

    def hold(self, value: Any) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self.held)}"
        self.held.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        """Hold one of the weights."""
        return self.hold(self.weights[name].astype(np.float32))

    def linear(self, name: str, given: str) -> str:
        """Multiply by a matrix in whole numbers, and add its bias."""
        matrix = self.weights[f"{name}.weight"]
        scale = np.abs(matrix).max(1) / TOP
        whole = np.clip(np.round(matrix / scale[:, None]), -TOP, TOP).astype(np.int8)
        numbers, step, zero = self.node("DynamicQuantizeLinear", given, results=3)
        product = self.node("MatMulInteger", numbers, self.hold(whole.T), zero)
        scaled = self.node("Mul", step, self.hold(scale.astype(np.float32)))
        real = self.node("Mul", self.node("Cast", product, to=TensorProto.FLOAT), scaled)
        return str(self.node("Add", real, self.weight(f"{name}.bias")))

    def norm(self, name: str, given: str) -> str:
        """Normalise each row."""
        return str(
            self.node(
                "LayerNormalization", given, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), axis=-1, epsilon=NORM
            )
        )


def as_onnx(weights: Weights) -> bytes:
    """Return the file: `words` (1, length, 384) and `segments` (1, length) in; log-odds of `kinds`, `parts` and `measures` out."""
    graph = Graph(weights)
    state = _first(graph)
    for at in range(LAYERS):
        state = _layer(graph, at, state)
    kinds, parts, measures = _heads(graph, state)
    for value, name in ((kinds, "kinds"), (parts, "parts"), (measures, "measures")):
        graph.nodes.append(helper.make_node("Identity", [value], [name]))
    model = helper.make_model(_whole(graph), opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=FORMAT)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _whole(graph: Graph) -> Any:
    real, sizes = TensorProto.FLOAT, graph.weights
    given = [
        helper.make_tensor_value_info("words", real, [1, "length", WIDTH]),
        helper.make_tensor_value_info("segments", TensorProto.INT64, [1, "length"]),
    ]
    results = [
        helper.make_tensor_value_info("kinds", real, [1, len(sizes["kind bias"])]),
        helper.make_tensor_value_info("parts", real, [1, "length", len(part_table(sizes)[1])]),
        helper.make_tensor_value_info("measures", real, [1, len(sizes["measure bias"])]),
    ]
    return helper.make_graph(graph.nodes, "encoder", given, results, graph.held)


def _first(graph: Graph) -> str:
    """Add to the vectors of the words where they stand, and whether in the sentence or before it."""
    places = graph.hold(graph.weights["embeddings.position_embeddings.weight"][:MAX_PIECES])
    length, zero = graph.node("Shape", "segments", start=1, end=2), graph.hold(np.array([0], np.int64))
    placed = graph.node("Slice", places, zero, length, zero)
    kinds = graph.node("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "segments")
    return graph.norm("embeddings.LayerNorm", graph.node("Add", graph.node("Add", "words", kinds), placed))


def _layer(graph: Graph, at: int, state: str) -> str:
    apart = graph.hold(np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
    query, known, value = (
        graph.node(
            "Transpose", graph.node("Reshape", graph.linear(layer_name(at, f"attention.self.{what}"), state), apart), perm=order
        )
        for what, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
    )
    scale = graph.hold(np.float32(1 / np.sqrt(WIDTH // HEADS)))
    looks = graph.node("Softmax", graph.node("Mul", graph.node("MatMul", query, known), scale), axis=-1)
    seen = graph.node("Transpose", graph.node("MatMul", looks, value), perm=[0, 2, 1, 3])
    seen = graph.node("Reshape", seen, graph.hold(np.array([0, 0, WIDTH], np.int64)))
    seen = graph.linear(layer_name(at, "attention.output.dense"), seen)
    state = graph.norm(layer_name(at, "attention.output.LayerNorm"), graph.node("Add", state, seen))
    thought = graph.node("Gelu", graph.linear(layer_name(at, "intermediate.dense"), state))
    thought = graph.linear(layer_name(at, "output.dense"), thought)
    return graph.norm(layer_name(at, "output.LayerNorm"), graph.node("Add", state, thought))


def _heads(graph: Graph, state: str) -> tuple[str, str, str]:
    own = graph.node("Cast", graph.node("Equal", "segments", graph.hold(np.int64(0))), to=TensorProto.FLOAT)
    column = graph.node("Unsqueeze", own, graph.hold(np.array([2], np.int64)))
    away = graph.node("Mul", graph.node("Sub", column, graph.hold(np.float32(1))), graph.hold(np.float32(-FAR)))
    first = graph.hold(np.array([1], np.int64))
    count = graph.node("ReduceSum", own, first, keepdims=1)
    mean = graph.node("Div", graph.node("ReduceSum", graph.node("Mul", state, column), first, keepdims=0), count)
    kinds = graph.node("Add", _eyes(graph, "kind", state, away), graph.node("MatMul", mean, graph.weight("kind mean")))
    table, bias = (graph.hold(np.asarray(held, np.float32)) for held in part_table(graph.weights))
    parts = graph.node("Add", graph.node("MatMul", state, table), bias)
    return kinds, parts, _eyes(graph, "measure", state, away)


def _eyes(graph: Graph, what: str, state: str, away: str) -> str:
    looks = graph.node("Softmax", graph.node("Add", graph.node("MatMul", state, graph.weight(f"{what} eye")), away), axis=1)
    seen = graph.node("MatMul", graph.node("Transpose", looks, perm=[0, 2, 1]), state)
    told = graph.node("ReduceSum", graph.node("Mul", seen, graph.weight(what)), graph.hold(np.array([2], np.int64)), keepdims=0)
    return str(graph.node("Add", told, graph.weight(f"{what} bias")))
