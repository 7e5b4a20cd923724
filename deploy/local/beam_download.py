"""Run as a script: have Beam download its own release of Prism, as its runner would.

    python -P beam_download.py SCRATCH_DIRECTORY TARGET

A process of its own, since Beam's download knows no time limit: whoever starts this can end it.
"""

import sys
from pathlib import Path


def main(scratch: str, target: str) -> None:
    """Fetch and unpack the binary below `scratch`, then move it to `target`."""
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.prism_runner import PrismJobServer

    server = PrismJobServer(PipelineOptions([]))
    Path(server.local_bin(server.path_to_binary(), scratch)).replace(target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
