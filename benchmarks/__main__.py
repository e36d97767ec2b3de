"""`python -m benchmarks [NAME ...]`: prints ratios to something named, taken in one run. Never a test."""

import argparse

from benchmarks import cold_start, images, parts_list_import, parts_lists, requests, search_writes

BENCHMARKS = {
    "cold-start": cold_start.main,
    "parts-lists": parts_lists.main,
    "parts-list-import": parts_list_import.main,
    "requests": requests.main,
    "search-writes": search_writes.main,
    "images": images.main,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=" or ".join(BENCHMARKS))
    for name in parser.parse_args().names or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
