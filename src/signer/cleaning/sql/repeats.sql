-- Shots of a person, day and product that another row has too. The first one stays, and before all others one
-- against which nothing speaks: another person's shot under a wrong number pushes nobody's out.
CREATE TEMP TABLE repeats AS
SELECT row FROM (
    SELECT row,
        row_number() OVER (PARTITION BY person, day, product ORDER BY (classes & faults()) <> 0, row) AS nth
    FROM judged WHERE person IS NOT NULL AND day IS NOT NULL AND product IS NOT NULL
)
WHERE nth > 1;
