"""`python -m lego_api.dev.fake_redis --port N`: Redis by fakeredis, where no real one can be had. Keeps nothing."""

import argparse

from lego_api.dev.ports import HOST


def main() -> None:
    from fakeredis import TcpFakeServer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    TcpFakeServer((HOST, parser.parse_args().port), server_type="redis").serve_forever()


if __name__ == "__main__":
    main()
