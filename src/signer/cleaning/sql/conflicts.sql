-- Doses of a person that do not go together, both of each pair: nothing tells which of the two is wrong. Rows
-- against which something else speaks are left out, as they may be another person's.
CREATE TEMP TABLE conflicts AS
SELECT row, least(
    dose_conflict(lag(dose) OVER doses, lag(day) OVER doses, dose, day)::detail,
    dose_conflict(dose, day, lead(dose) OVER doses, lead(day) OVER doses)::detail
) AS detail
FROM judged ANTI JOIN repeats USING (row)
WHERE person IS NOT NULL AND (classes & faults()) = 0
WINDOW doses AS (PARTITION BY person ORDER BY day, dose, row);
