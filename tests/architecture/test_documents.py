"""Documents that name parts of the code or of the rules name all of them."""

from __future__ import annotations

from pathlib import Path

from marshmallow import Schema

from cds.knowledge import rule_schema, vocabulary

ROOT = Path(__file__).resolve().parents[2]


def _words(schema: type[Schema]) -> set[str]:
    return {field.data_key or name for name, field in schema().fields.items()}


def test_the_code_map_names_every_file() -> None:
    text = (ROOT / "cds" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    files = [p for p in (ROOT / "cds").rglob("*.py") if p.name != "__init__.py"]
    assert sorted(p.relative_to(ROOT / "cds").as_posix() for p in files if f"`{p.name}`" not in text) == []


def test_the_code_map_names_no_file_that_is_gone() -> None:
    text = (ROOT / "cds" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    names = {word for word in text.split("`") if word.endswith(".py")}
    assert sorted(names - {p.name for p in (ROOT / "cds").rglob("*.py")}) == []


def test_the_guide_for_rule_writers_teaches_every_word() -> None:
    text = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
    words = set(vocabulary.KINDS) | set(vocabulary.POINTS)
    for schema in [*vocabulary.LEAF_SCHEMAS.values(), vocabulary.MayOptions]:
        words |= _words(schema)
    for schema in [*rule_schema.SCHEMAS.values(), rule_schema.LevelSchema]:
        words |= _words(schema)
    assert sorted(word for word in words if word not in text) == []


def test_every_setting_is_in_the_readme() -> None:
    from cds.settings import SETTINGS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if s.name not in text] == []
