"""Run all benchmarks and write ``benchmarks/results.md``."""

from pathlib import Path

from benchmarks import areas, cases, census, demand, demo, law, places, plans, programme, record, start, survey
from benchmarks.measure import Result, written

RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    """Each benchmark in its own file; a line is printed as soon as it is known."""
    results: list[Result] = []
    for module in (start, areas, places, record, demand, programme, law, cases, plans, census, survey):
        for result in module.measured():
            print(f"{result.what:52} {result.peer:52} {result.ratio:8.2g}", flush=True)
            results.append(result)
    seconds = demo.measured()
    for part, value in seconds.items():
        print(f"{part:52} {value:8.1f} s")
    for part, value in cases.seconds().items():
        print(f"{part:52} {value:8.2f} s")
    whole = survey.whole_seconds()
    for part, value in whole.items():
        print(f"{part:52} {value:8.1f}")
    ruled = law.whole_seconds()
    for part, value in ruled.items():
        print(f"{part:52} {value:8.1f} s")
    forecast = demand.whole_seconds()
    for part, value in forecast.items():
        print(f"{part:60} {value:8.2f}")
    written(results, seconds, RESULTS, whole=whole, ruled=ruled, forecast=forecast)


if __name__ == "__main__":
    main()
