-- Where a number stands in the register more than once, a shot is judged by the row that speaks least against
-- it: best of all nothing, then another sex or year of birth, then the birth, the name, both.
CREATE TEMP TABLE judged_once AS
WITH weighed AS (
    SELECT *,
        CASE WHEN (classes & class_of('both_differ')) <> 0 THEN 8 ELSE 0 END
        + CASE WHEN (classes & class_of('name_differs')) <> 0 THEN 4 ELSE 0 END
        + CASE WHEN (classes & class_of('birth_differs')) <> 0 THEN 2 ELSE 0 END
        + CASE WHEN (classes & class_of('number_of_other')) <> 0 THEN 1 ELSE 0 END AS weight
    FROM judged
)
SELECT row, any_value(person) AS person, any_value(product) AS product, any_value(day) AS day,
    any_value(dose) AS dose, any_value(series) AS series, arg_min(classes, weight) AS classes,
    arg_min_null(detail, 100 * weight + coalesce(enum_code(detail), 0)) AS detail
FROM weighed GROUP BY row;
DROP TABLE judged;
ALTER TABLE judged_once RENAME TO judged;
