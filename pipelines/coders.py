"""How the engine packs what stages hand to each other.

Beam pickles what it has no coder for, and the pickle of a frozen dataclass calls Python for each object in it: an article is packed
and unpacked at three borders of the graph. msgspec writes the same fields as MessagePack
(https://github.com/msgpack/msgpack/blob/master/spec.md) in a sixth of the time; the classes' annotations say how to read them.

What MessagePack does not know (half of a surrogate pair, a number of numpy's) is pickled as Beam would: an article that cannot be
packed would be met again at each start. Assumes that fields hold what their classes declare, as the type checker sees to.
"""

from typing import Any

import msgspec
from apache_beam.coders import Coder, PickleCoder, registry

from pipelines.finish import Finished
from pipelines.work import LogRecord, Work

PICKLED = b"\x80"  # how a pickle begins; as MessagePack an empty map, and no class is packed as that


class PackedCoder(Coder):  # type: ignore[misc]
    """Pack the values of one dataclass as MessagePack.

    Args:
        packed: the class.
    """

    def __init__(self, packed: type) -> None:
        self._packed = packed
        self._pickler = PickleCoder()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(packed)

    @classmethod
    def from_type_hint(cls, typehint: type, _registry: Any) -> "PackedCoder":
        """Return the coder of a class that is registered with it."""
        return cls(typehint)

    def __reduce__(self) -> tuple[type["PackedCoder"], tuple[type]]:
        return type(self), (self._packed,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackedCoder) and other._packed is self._packed

    def __hash__(self) -> int:
        return hash((PackedCoder, self._packed))

    def encode(self, value: Any) -> bytes:
        """Return the bytes of a value."""
        try:
            return self._encoder.encode(value)
        except (TypeError, ValueError, OverflowError):
            return bytes(self._pickler.encode(value))

    def decode(self, encoded: bytes) -> Any:
        """Return the value that bytes hold.

        Raises:
            msgspec.ValidationError: they hold another class, or that of a release with other fields.
        """
        return self._pickler.decode(encoded) if encoded.startswith(PICKLED) else self._decoder.decode(encoded)

    def to_type_hint(self) -> type:
        """Return the class."""
        return self._packed


def register_coders() -> None:
    """Tell Beam how to pack what stages hand on, before a graph is built."""
    for handed_on in (LogRecord, Work, Finished):
        registry.register_coder(handed_on, PackedCoder)
