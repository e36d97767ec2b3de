"""`python -m lego_api.dev.aws --port N [--host H] [--state DIR]`: without a state directory it forgets at its end."""

import argparse
from pathlib import Path

from lego_api.dev.aws.application import Application
from lego_api.dev.aws.objects import StoredObjects, create_bucket
from lego_api.dev.aws.queue import create_queue
from lego_api.dev.aws.users import StoredUsers, create_user_pool
from lego_api.dev.ports import HOST


def main() -> None:
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--state", type=Path)
    arguments = parser.parse_args()

    create_bucket()
    create_queue()
    create_user_pool()
    application = Application()
    if arguments.state:
        stores = (StoredObjects(arguments.state / "s3"), StoredUsers(arguments.state / "cognito.json"))
        for store in stores:
            store.load()
        application.after_change = [store.save for store in stores]
    address = (arguments.host, arguments.port)
    make_server(*address, application, threaded=True, request_handler=MotoRequestHandler).serve_forever()


if __name__ == "__main__":
    main()
