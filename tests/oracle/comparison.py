"""Plays one random process on both sides, step by step, and says where they part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.play.models import Models
from engine.play.performance import BEGINNING
from tests.oracle import view
from tests.oracle.course import Course, Tally
from tests.oracle.engine_side import EngineSide
from tests.oracle.writing import written


class Parted(AssertionError):
    """Engine and oracle do not agree: the seed, the steps, both views and the model."""


def played(seed: int) -> Tally:
    """Raises Parted; ModelRefused when the engine does not take the process."""
    course = Course(seed)
    files = written(course.model, BEGINNING)
    models = Models(files)
    engine = EngineSide(models, course.model.start, saving=True)
    trace: list[str] = []
    for step, seen, new in course:
        trace.append(str(step))
        try:
            engine.take(step)
        except Exception as fault:
            raise _parted(seed, trace, f"the engine: {fault!r}", files) from fault
        other = engine.view()
        difference = view.differs(other, seen, new)
        if difference:
            raise _parted(seed, trace, f"{difference} differ\noracle {seen}\nengine {other}", files)
        trace[-1] += f"\n    {seen}"
    # The same steps once more, without saving in between, lead to the same state to the last byte.
    again = EngineSide(models, course.model.start, saving=False)
    for step in course.path:
        again.take(step)
    if again.dump() != engine.dump():
        raise _parted(seed, trace, "played again it is another state", files)
    return course.tally()


def _parted(seed: int, trace: list[str], what: str, files: Mapping[str, bytes]) -> Parted:
    model = "\n".join(compact(data.decode()) for data in files.values())
    return Parted(f"seed {seed}, step {len(trace)}: {what}\n\n" + "\n".join(trace) + f"\n\n{model}")


def compact(xml: str) -> str:
    """About one line an element, without what every element has."""
    xml = re.sub(r"<(\?xml|definitions|/definitions).*?>\n?", "", xml)
    xml = re.sub(r' name="[^"]*"| camunda:topic="[^"]*"| xsi:type="\w+"', "", xml)
    xml = re.sub(r'<sequenceFlow id="\w+" sourceRef="(\w+)" targetRef="(\w+)">', r"<\1 → \2>", xml)
    xml = xml.replace("</sequenceFlow>", "").replace('scriptFormat="feel"', "")
    return re.sub(r"><(?!/|condition|script|timer|message|signal|error|esc|term|time|comp)", ">\n<", xml)
