"""The table of rights: consistent with roles and clauses, and read the way it is written."""

from pathlib import Path

import pytest
import yaml

from engine.directory.permissions import DEFAULT, FILE, Permissions, permissions
from engine.directory.visibility import may, rights
from engine.errors import Broken

ROLES = {role["code"]: role for role in yaml.safe_load((FILE.parent / "roles.yaml").read_text(encoding="utf-8"))}


def test_roles_are_known_and_reach_as_far_as_their_scope() -> None:
    for grant in permissions().grants:
        if grant.role:
            assert ROLES[grant.role]["scope"] == ("university" if grant.everywhere else "school"), grant


def test_clauses_exist() -> None:
    content = yaml.safe_load((FILE.parent / "clauses.yaml").read_text(encoding="utf-8"))
    rows = content["clauses"] if isinstance(content, dict) else content
    known = {str(row.get("id", row.get("number"))) for row in rows}
    for grant in permissions().grants:
        if grant.source != DEFAULT:
            for number in grant.source.split(","):
                clause = number.strip()
                assert any(one == clause or one.startswith(f"{clause}.") for one in known), grant


def test_rights_are_worded_and_each_is_given_to_somebody() -> None:
    table = permissions()
    for texts in table.rights.values():
        assert set(texts) == {"kk", "ru", "en"} and all(texts.values())
    assert {grant.right for grant in table.grants} == set(table.rights)


def test_rights_of_keys() -> None:
    assert rights(frozenset()) == frozenset()
    assert rights({"person:p1"}) == {"start"}
    assert rights({"person:p1", "department@eng-cs", "teacher@eng-cs", "student@eng"}) == {"start"}
    assert rights({"person:p1", "member@eng"}) == {"start", "see_school_cases"}
    assert {"see_all_schools", "monitor"} <= rights({"asb@univ"})
    assert rights({"asb@univ"}) & {"correct", "cancel", "admin", "people", "audit", "see_confidential"} == set()
    seen = {right for right in rights({"admin@univ", "process_owner@univ"}) if right.startswith("see_")}
    assert seen == {"see_stopped"}  # where models stop, without what is in the cases, and of confidential ones nothing


def test_rights_reach_only_the_own_school() -> None:
    chair = {"person:p1", "chair@eng"}
    assert may(chair, "correct", "eng") and not may(chair, "correct", "law")
    assert may(chair, "start", "law") and not may(set(), "start", "law")
    assert may({"admin@univ"}, "suspend", "law")
    assert permissions().may(chair, "assign", "eng") == "chair@eng"
    assert "chair" in permissions().roles_with("correct")


@pytest.mark.parametrize(
    "content",
    [
        "roles: {a: {over: school, grants: {see: default}}}\nrights: {}",
        "roles: {a: {over: world, grants: {}}}\nrights: {}",
        "roles: {a: {over: school, grants: {see_all_schools: default}}}\nrights: {see_all_schools: {}}",
        "roles: {}",
        "[]",
        "rights: {",
    ],
)
def test_contradictions_are_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "permissions.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Broken):
        permissions(file)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        permissions(tmp_path / "none.yaml")


def test_same_table_from_content() -> None:
    assert Permissions(yaml.safe_load(FILE.read_text(encoding="utf-8"))).grants == permissions().grants
