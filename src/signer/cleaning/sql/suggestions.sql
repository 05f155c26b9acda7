-- The likeliest person of each shot, where the score suffices and something differs. All who may be the shot's
-- share in its one person, so that each namesake takes from the score of the other.
WITH best AS (
    SELECT row, max(odds) AS odds, list_sum(list_sort(list(odds))) AS all_odds,
        arg_max({'person_id': person_id, 'differs': differs}, (odds, person_id)) AS person
    FROM candidates GROUP BY row
)
SELECT shot_id, person.person_id AS person_id, round(odds / (1 + all_odds), 4) AS score, person.differs AS differs
FROM best JOIN asked USING (row)
WHERE score >= least_score() AND len(person.differs) > 0
ORDER BY row
