"""A catalog of its own: one small module, country, questionnaire, standards and quality rules, to change a text in."""

from __future__ import annotations

import shutil
from pathlib import Path

from lfs_migration import catalog

SHIPPED = catalog.folder()
FILES = {
    "codebooks/small/module.yaml": """\
name: small
version: "1"
title: {en: Small, fr: Petit, es: Pequeño}
reference: made for tests
records:
  home:
    label: {en: Home, fr: Foyer, es: Hogar}
    key: [home_id]
  member:
    label: {en: Member, fr: Membre, es: Miembro}
    key: [home_id, member_no]
    parent: home
    scope: counted == 1
missing:
  two: {97: dont_know, 98: refused, 99: not_stated}
parameters:
  grown:
    label: {en: Age of adults, fr: Âge adulte, es: Edad adulta}
    default: 15
    unit: years
    reference: made for tests
national: [ISLAND]
dimensions:
  island:
    label: {en: Island, fr: Île, es: Isla}
    variables: {home: island}
""",
    "codebooks/codelists.yaml": """\
YESNO:
  label: {en: Yes or no, fr: Oui ou non, es: Sí o no}
  source: made for tests
  codes:
    1: {en: "Yes", fr: Oui, es: Sí}
    2: {en: "No", fr: Non, es: "No"}
""",
    "codebooks/small/codelists.yaml": """\
WORK:
  label: {en: Work, fr: Travail, es: Trabajo}
  source: made for tests
  codes:
    1: {en: Farm, fr: Ferme, es: Granja}
    2: {en: Shop, fr: Boutique, es: Tienda}
    3: {en: None at all, fr: Aucun, es: Ninguno}
  groups:
    some: {label: {en: Some, fr: Un, es: Alguno}, codes: [1, 2]}
    none: {label: {en: None, fr: Nul, es: Nada}, codes: [3]}
""",
    "codebooks/small/home.yaml": """\
- name: home_id
  type: str
  label: {en: Home, fr: Foyer, es: Hogar}
  reference: made for tests
- name: island
  type: code
  codelist: ISLAND
  label: {en: Island, fr: Île, es: Isla}
  reference: made for tests
- name: stratum
  type: str
  label: {en: Stratum, fr: Strate, es: Estrato}
  reference: made for tests
- name: weight
  type: float
  range: [0, null]
  label: {en: Weight, fr: Poids, es: Peso}
  reference: made for tests
- name: members
  type: int
  label: {en: Members, fr: Membres, es: Miembros}
  value: count(member)
  reference: made for tests
""",
    "codebooks/small/member.yaml": """\
- name: member_no
  type: int
  label: {en: Number, fr: Numéro, es: Número}
  reference: made for tests
- name: counted
  type: code
  codelist: YESNO
  label: {en: Counted, fr: Compté, es: Contado}
  missing: two
  reference: made for tests
- name: age
  type: int
  range: [0, 120]
  label: {en: Age, fr: Âge, es: Edad}
  missing: {997: dont_know}
  reference: made for tests
- name: work
  type: code
  codelist: WORK
  label: {en: Work, fr: Travail, es: Trabajo}
  universe: age >= grown
  missing: two
  reference: made for tests
- name: place
  type: multi
  codelist: WORK
  label: {en: Places of work, fr: Lieux de travail, es: Lugares de trabajo}
  universe: work == 1
  missing: two
  reference: made for tests
- name: age_class
  type: int
  label: {en: Age class, fr: Classe d'âge, es: Clase de edad}
  value: cut(age, 20, 40)
  reference: made for tests
- name: older
  type: bool
  label: {en: Older, fr: Âgé, es: Mayor}
  value: age_class >= 2
  standards: [adult]
  reference: made for tests
""",
    "codebooks/small/rules.yaml": """\
young_worker:
  record: member
  severity: warning
  label: {en: Young worker, fr: Jeune travailleur, es: Trabajador joven}
  when: work in [1, 2]
  check: age >= 12
  variables: [age, work]
  remedy: {en: Check the age, fr: Vérifier l'âge, es: Revise la edad}
  reference: made for tests
""",
    "codebooks/small/indicators.yaml": """\
S1:
  title: {en: Workers, fr: Travailleurs, es: Trabajadores}
  kind: share
  numerator: {record: member, where: work == 1}
  denominator: {record: member, where: age >= grown}
  unit: per cent
  per: 100
  by: [[island]]
  coverage: [homes]
  reference: made for tests
""",
    "codebooks/small/coverage.yaml": """\
homes: {en: Homes only, fr: Foyers seulement, es: Solo hogares}
""",
    "codebooks/standards.yaml": """\
adult:
  title: {en: Adult, fr: Adulte, es: Adulto}
  document: made for tests
  definition: {en: Grown up., fr: Grand., es: Grande.}
  seen: text
  choices: [grown]
""",
    "codebooks/protection.yaml": """\
default:
  title: {en: Protection}
  persons: 3
  households: 3
  contributors: 3
  valid_from: "2026-01-01"
  status: ours
  reference: made for tests
""",
    "codebooks/quality.yaml": """\
default:
  title: {en: Default, fr: Défaut, es: Defecto}
  suppress: [n < 20]
  caution: [cv >= 0.165]
  valid_from: "2026-01-01"
  status: ours
  reference: made for tests
""",
    "codebooks/countries/laputa-2020.yaml": """\
country: ZZZ
name: laputa
edition: "2020"
module: small
title: {en: Laputa 2020}
reference: made for tests
layout: ours
languages: [en]
files:
  homes: {path: homes.csv, format: csv}
  members: {path: members.csv, format: csv}
design: {weight: weight, stratum: stratum, psu: home_id, singletons: adjust}
parameters: {grown: 16}
codelists:
  ISLAND:
    label: {en: Island, fr: Île, es: Isla}
    source: made for tests
    codes:
      '1': {en: Balnibarbi, fr: Balnibarbes, es: Balnibarbi}
      '2': {en: Luggnagg, fr: Luggnaggie, es: Luggnagg}
records:
  home:
    file: homes
    variables:
      home_id: {column: h}
      island: {column: i, codes: {1: '1', 2: '2'}}
      stratum: {column: i}
      weight: {column: w}
  member:
    file: members
    where: n > 0
    variables:
      home_id: {column: h}
      member_no: {column: n}
      counted: {value: 1}
      age: {column: a, missing: {99: dont_know}}
      work:
        column: k
        codes: {1: 1, 2: 2, 3: 3}
        skip: [0]
weighting:
  reference: made for tests
  categories:
    age_10: {record: member, value: "cut(age, 10, 20)"}
  margins:
    people: {path: people.csv, columns: {age_10: a}, total: n, source: made for tests, date: "2020"}
  steps:
    - given_weights: {weight: weight}
    - reference_person: {record: member, where: work == 1}
""",
    "questionnaires/small.yaml": """\
name: small
module: small
title: {en: Small}
languages: [en]
reference: made for tests
sections:
  - id: M
    record: member
    page: 1
    title: {en: Members}
    items:
      - id: M1
        name: counted
        wording: {en: Does he or she count?}
        routes:
          - {unless: counted == 1, to: next}
      - id: M2
        name: age
        wording: {en: Age?}
        routes:
          - {unless: age >= 15, to: next}
      - id: M3
        name: work
        wording: {en: Work?}
        routes:
          - {unless: work == 1, to: end}
      - id: M4
        name: place
        wording: {en: Where?}
""",
}
"""Every kind of YAML file."""


class Small:
    """The small catalog in a folder, each call with one text put in place of another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, text)
        shutil.copytree(SHIPPED / "classifications", folder / "codebooks" / "classifications")

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def __call__(self, name: str, old: str, new: str) -> Path:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{text.count(old)} times in {name}: {old}"
        return self.write(name, text.replace(old, new))
