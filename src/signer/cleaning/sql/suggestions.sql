-- The likeliest person of each shot, where the score suffices and something differs. All who may be the shot's
-- share in its one person, so that each namesake takes from the score of the other.
WITH of_shot AS (
    SELECT row, arg_min({'person_id': person_id, 'differing': differing, 'odds': odds}, (-odds, person_id)) AS likeliest,
        list_sum(list_sort(list(odds))) AS all_odds  -- sorted, so that the sum is always rounded in one way
    FROM candidates GROUP BY row
),
ranked AS (
    SELECT row, likeliest.person_id, likeliest.differing, round(likeliest.odds / (1 + all_odds), 4) AS score
    FROM of_shot
)
SELECT asked.row, shot_id, person_id, score, list_filter([
    CASE WHEN differing & 1 <> 0 THEN 'person_id' END,
    CASE WHEN differing & 2 <> 0 THEN 'full_name' END,
    CASE WHEN differing & 4 <> 0 THEN 'date_of_birth' END,
    CASE WHEN differing & 8 <> 0 THEN 'sex' END
], lambda field: field IS NOT NULL) AS differs
FROM ranked JOIN asked ON ranked.row = compared_row
WHERE score >= least_score() AND differing <> 0
    AND differing & 7 <> 7  -- of number, name and birth one at least is the person's
ORDER BY asked.row
