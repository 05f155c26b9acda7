-- Where a number stands in the register more than once, a shot is judged by the row that speaks least against
-- it.
CREATE TEMP TABLE judged_once AS
SELECT row, any_value(person) AS person, any_value(product) AS product, any_value(day) AS day,
    any_value(dose) AS dose, any_value(series) AS series,
    min(classes) AS classes,
    arg_min_null(detail, 32 * classes::UBIGINT + coalesce(enum_code(detail), 0)) AS detail
FROM judged GROUP BY row;
DROP TABLE judged;
ALTER TABLE judged_once RENAME TO judged;
