-- The likeliest person of each shot, where the score suffices and something differs. All who may be the shot's
-- share in its one person, so that each namesake takes from the score of the other.
WITH best AS (
    SELECT row, max(odds) AS odds, list_sum(list_sort(list(odds))) AS all_odds,
        arg_max({'person_id': person_id, 'differing': differing}, (odds, person_id)) AS person
    FROM candidates GROUP BY row
),
scored AS (
    SELECT row, person.person_id AS person_id, person.differing AS differing,
        round(odds / (1 + all_odds), 4) AS score
    FROM best
)
SELECT shot_id, person_id, score, list_filter([
    CASE WHEN differing & 1 <> 0 THEN 'person_id' END,
    CASE WHEN differing & 2 <> 0 THEN 'full_name' END,
    CASE WHEN differing & 4 <> 0 THEN 'date_of_birth' END,
    CASE WHEN differing & 8 <> 0 THEN 'sex' END
], lambda field: field IS NOT NULL) AS differs
FROM scored JOIN asked USING (row)
WHERE score >= least_score() AND differing <> 0
ORDER BY row
