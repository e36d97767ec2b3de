"""The application, in the process that uvicorn starts anew with every change: tied to the one that watches."""

import multiprocessing
import signal

from lego_api.dev.processes import end_with

if watching := multiprocessing.parent_process():
    end_with(watching.pid or 0, signal.SIGKILL)

from lego_api.entrypoints.http import app

__all__ = ["app"]
