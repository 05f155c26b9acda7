"""What decides beside the register, and the words in which the SQL of this folder is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

import duckdb

from signer.cleaning.classes import DETAILS, FAULTS, ShotClass
from signer.records.countries import COUNTRIES, HOME

__all__ = ["Rules", "define_rules", "number_rules", "sql_text"]

FIRST_VACCINATION = datetime.date(2020, 12, 1)  # as in native/shots/checks.c
ALL_FAULTS = sum(kind.value for kind in ShotClass if kind in FAULTS)


@dataclass(frozen=True)
class Rules:
    """What decides beside the register. `today` is the last day on which a shot can have been given.

    `products` gives the product of each vaccine's name; where it is empty, any name is a product.
    """

    today: datetime.date
    products: Mapping[str, str] = field(default_factory=dict)
    least_interval_days: int = 14


def sql_text(name: str) -> str:
    """The statement, or the statements, of sql/`name`.sql."""
    return (files("signer.cleaning") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def number_rules() -> str:
    """The statements of number_rules.sql with the countries that it asks for."""
    others = ", ".join(f"'{code}'" for code in sorted(COUNTRIES - {HOME}))
    return f"CREATE MACRO is_other_country(code) AS code IN ({others});\n{sql_text('number_rules')}"


def define_rules(database: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Makes the macros, the type `detail` and the table of products that the statements use."""
    names = ", ".join(f"'{detail}'" for detail in DETAILS)
    codes = " ".join(f"WHEN '{kind.code}' THEN {kind.value}" for kind in ShotClass)
    database.execute(f"""
        SET disabled_optimizers = 'join_order,build_side_probe_side';
        CREATE TYPE detail AS ENUM ({names});
        CREATE MACRO class_of(code) AS CASE code {codes} END::UINTEGER;
        CREATE MACRO flag(code, holds) AS CASE WHEN holds THEN class_of(code) ELSE 0::UINTEGER END;
        CREATE MACRO faults() AS {ALL_FAULTS}::UINTEGER;
        CREATE MACRO today() AS DATE '{rules.today.isoformat()}';
        CREATE MACRO this_year() AS {rules.today.year};
        CREATE MACRO first_day() AS DATE '{FIRST_VACCINATION.isoformat()}';
        CREATE MACRO least_interval_days() AS {int(rules.least_interval_days)};
        CREATE MACRO products_are_known() AS {bool(rules.products)};
        CREATE TEMP TABLE products (name VARCHAR, product VARCHAR);
    """)
    if rules.products:
        database.executemany("INSERT INTO products VALUES (?, ?)", list(rules.products.items()))
    database.execute(number_rules())
    for name in ("birth_rules", "dose_rules"):
        database.execute(sql_text(name))
