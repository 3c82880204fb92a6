"""Linking: small inputs, the order of rows, threads, a saved model, and how good it is."""

import json

import pandas as pd
import pytest

from quydat.survey.decide import decide_by_rule, no_decisions
from quydat.survey.evaluate import evaluate_pairs
from quydat.survey.illustrative.registrations import Registrations, registrations
from quydat.survey.link import Linked, link
from quydat.survey.link_model import LEVELS, Model, default_model


@pytest.fixture(scope="module")
def made() -> Registrations:
    return registrations(20_000, seed=5)


@pytest.fixture(scope="module")
def linked(made: Registrations) -> Linked:
    return link(made.observations, review=0.3, seed=1)


def test_precision_and_recall_on_generated_registrations(made: Registrations, linked: Linked) -> None:
    labels = made.labels.set_axis(made.observations["observation_id"])
    sure = decide_by_rule(linked.pairs, no_decisions(), accept=0.99, model=linked.model)
    found = evaluate_pairs(sure, labels)
    assert linked.trained
    assert found.precision_share >= 0.99
    assert found.recall_share >= 0.85


def test_order_of_rows_and_threads_change_nothing(made: Registrations, linked: Linked) -> None:
    shuffled = made.observations.sample(frac=1, random_state=3)
    for frame, threads in ((shuffled, 2), (made.observations, 1)):
        again = link(frame, review=0.3, seed=1, threads=threads)
        pd.testing.assert_frame_equal(again.pairs, linked.pairs, check_exact=True)
        assert again.model == linked.model


def test_a_saved_model_gives_the_same_pairs(made: Registrations, linked: Linked) -> None:
    again = link(made.observations, review=0.3, seed=99, model=linked.model)
    assert not again.trained
    pd.testing.assert_frame_equal(again.pairs, linked.pairs, check_exact=True)


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_tiny_inputs_take_the_shipped_model_and_say_so(n: int) -> None:
    rows = registrations(50, seed=2).observations.head(n)
    found = link(rows, review=0.0, seed=1)
    assert not found.trained and found.model == default_model().to_json()
    assert list(found.pairs.columns) == ["left_id", "right_id", "probability_share", "evidence", "contradiction"]
    assert found.notes("en")[0] == f"{n} rows: shipped or saved weights were used."
    assert (found.pairs["left_id"] < found.pairs["right_id"]).all()


def test_two_ways_to_write_one_factory_are_found() -> None:
    rows = registrations(2, copies_share=0.0, seed=2).observations
    rows["name"] = ["Công ty TNHH Một thành viên Bao Bì Minh Phát", "MINH PHAT BAO BI CO., LTD"]
    rows["address"] = ["Lô C1-1, Đường số 7", "Lo C1-1 Duong so 7"]
    rows["unit_name"] = ["Phường An Lạc", "P. An Lac"]
    rows["tax_code"] = ["0300588569", None]
    rows["longitude"], rows["latitude"] = 106.6, 10.7
    found = link(rows, review=0.3, seed=1).pairs
    assert found["probability_share"].tolist() == pytest.approx([1.0], abs=0.01)
    told = json.loads(found["evidence"][0])
    assert (told["place"]["level"], told["form"]["level"]) == ("address", "same")


def test_two_valid_tax_codes_of_two_firms_are_told_as_a_contradiction() -> None:
    rows = registrations(2, copies_share=0.0, seed=2).observations
    for column in ("name", "address", "unit_name"):
        rows[column] = rows[column][0]
    rows["tax_code"] = ["0300588569", "0000000017"]
    found = link(rows, review=0.0, seed=1).pairs
    assert found["contradiction"].tolist() == ["tax_codes"]
    assert len(decide_by_rule(found.assign(probability_share=1.0), no_decisions(), accept=0.9, model="")) == 0


def test_bad_arguments_are_refused(made: Registrations) -> None:
    with pytest.raises(ValueError, match="review"):
        link(made.observations, review=2, seed=1)
    raw = json.loads(default_model().to_json())
    for change in ({"m": {}}, {"u": raw["u"] | {"form": [0.0, 1.0]}}):
        with pytest.raises(ValueError, match="model"):
            Model.from_json(json.dumps(raw | change))


def test_the_shipped_model_is_whole() -> None:
    model = default_model()
    assert Model.from_json(model.to_json()) == model
    for part in (model.m, model.u):
        assert {c: len(v) for c, v in part.items()} == {c: len(v) for c, v in LEVELS.items()}
        assert [sum(shares) for shares in part.values()] == pytest.approx([1.0] * len(LEVELS))
