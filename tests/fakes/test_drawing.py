"""What stands in for V8."""

from __future__ import annotations

import io
import json

from PIL import Image

from publisher.fakes.drawing import FakeDrawing
from publisher.render.drawing import Drawing

SPEC = json.dumps({
    "width": 340, "height": 90, "title": {"text": "A < B"},
    "data": {"values": [{"along": "May", "value": 3}, {"along": "June", "value": 3}]},
    "mark": "bar",
})  # fmt: skip


def test_it_draws_the_size_and_the_words() -> None:
    """The same each time, so that outputs can be compared."""
    fake: Drawing = FakeDrawing()
    svg = fake.svg(SPEC)
    assert svg is not None
    assert 'width="340" height="90" viewBox="0 0 340 90"' in svg
    assert [each.split("<")[0] for each in svg.split('">')[2:]] == ["A &lt; B", "May", "3", "June"]
    assert FakeDrawing().svg(SPEC) == svg


def test_its_pictures_are_pictures() -> None:
    """Of twice the size."""
    fake = FakeDrawing()
    png = fake.png(fake.svg(SPEC) or "")
    with Image.open(io.BytesIO(png or b"")) as opened:
        assert (opened.size, opened.getcolors()) == ((680, 180), [(680 * 180, 255)])


def test_it_keeps_what_it_was_asked() -> None:
    """Also where it draws nothing."""
    fake = FakeDrawing(can_draw=False)
    assert (fake.svg(SPEC), fake.png("<svg/>")) == (None, None)
    assert (fake.specs, fake.svgs) == ([SPEC], ["<svg/>"])


def test_it_refuses_what_it_is_told_to() -> None:
    """As Vega-Lite refuses a specification."""
    fake = FakeDrawing(refuses=lambda asked: "June" in asked)
    assert fake.svg(SPEC) is None
    assert fake.svg(SPEC.replace("June", "July")) is not None
