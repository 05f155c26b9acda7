-- The likeliest person of each shot, where the score suffices and something differs. All who may be the shot's
-- share in its one person, so that each namesake takes from the score of the other.
WITH ranked AS (
    SELECT row, person_id, differing, row_number() OVER likeliest AS nth,
        round(odds / (1 + sum(odds) OVER (
            PARTITION BY row ORDER BY odds DESC, person_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )), 4) AS score
    FROM candidates
    WINDOW likeliest AS (PARTITION BY row ORDER BY odds DESC, person_id)
)
SELECT asked.row, shot_id, person_id, score, list_filter([
    CASE WHEN differing & 1 <> 0 THEN 'person_id' END,
    CASE WHEN differing & 2 <> 0 THEN 'full_name' END,
    CASE WHEN differing & 4 <> 0 THEN 'date_of_birth' END,
    CASE WHEN differing & 8 <> 0 THEN 'sex' END
], lambda field: field IS NOT NULL) AS differs
FROM ranked JOIN asked ON ranked.row = compared_row
WHERE nth = 1 AND score >= least_score() AND differing <> 0
    AND differing & 7 <> 7  -- of number, name and birth one at least is the person's
ORDER BY asked.row
