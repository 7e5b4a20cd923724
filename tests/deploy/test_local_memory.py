"""A long-running process keeps few heaps, however many threads it has had."""

import platform
import subprocess
import sys

import pytest

# Sixteen threads at once take memory from the C library, which then lists its heaps.
HEAPS = """
import ctypes, sys, threading
from deploy.local.memory import keep_heaps_few
if sys.argv[1] == "few":
    assert keep_heaps_few()
libc, here = ctypes.CDLL(None), threading.Barrier(16)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
def take():
    here.wait()
    libc.malloc(5_000)
    here.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fdopen.restype = ctypes.c_void_p
out = libc.fdopen(1, b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fflush(ctypes.c_void_p(out))
"""


def heaps(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", HEAPS, how], capture_output=True, text=True, check=True)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the knobs are glibc's")
def test_sixteen_threads_have_two_heaps() -> None:
    assert heaps("few") == 2
    assert heaps("as it is") > 2
