"""Small tables in the columns of layout A, for tests of one rule at a time."""

import csv
import io

from tpr.tests.reading import oracle

U5 = "Persons presenting with fever & tested by RDT <5yrs"
U5_POSITIVE = "Persons tested positive for malaria by RDT <5yrs"
HEADER = ["State", "LGA", "Ward", "Health Faccility", "level", "periodname", "periodcode"]
PLACE = ["kn Kano State", "kn Dala Local Government Area", "kn Gobirawa Ward"]


def row(facility, code, *figures, place=PLACE, level="Primary Health Facility"):
    return [*place, facility, level, "", code, *figures]


def table(header, rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue()


def codes(result):
    return [question["code"] for question in result["questions"]]


def figures(result, *names):
    return [tuple(r[n] for n in names) for r in oracle.reports(result["folder"])]
