-- Persons who may be a shot's, with the odds: of this pass's shots.
INSERT INTO candidates
WITH compared AS (
    SELECT a.row, b.person_id, a.taken, a.fits, n.namesakes,
        number_likeness(a.number, b.person_id, a.malformed) AS by_number,
        name_likeness(a.name, a.bare_name, b.name, b.bare_name) AS by_name,
        birth_likeness(a.birth, b.birth) AS by_birth,
        coalesce(a.sex <> sex_of(b.sex), false) AS other_sex,
        province_odds(a.province, b.province) AS by_province
    FROM met_persons AS b
    JOIN asked_keys AS k ON b.key = k.key
    JOIN (FROM asked WHERE row = compared_row AND in_pass(asked.row)) AS a ON k.row = a.row
    LEFT JOIN namesakes AS n ON a.name = n.name
),
weighed AS (
    SELECT *,
        CASE WHEN other_sex THEN 0.02 ELSE 1 END * CASE
            WHEN by_number = 'same' THEN odds_by_number(by_name, by_birth)
            WHEN by_number IN ('one_digit', 'two_digits')
                THEN odds_by_near_number(by_number, by_name, by_birth, coalesce(namesakes, 1))
            ELSE odds_of_other_number(by_number, taken, fits) * by_province
                * odds_by_name(by_name, by_birth, coalesce(namesakes, 1))
        END AS odds
    FROM compared
)
SELECT row, person_id, max(odds) AS odds,
    arg_max(
        CASE WHEN by_number <> 'same' THEN 1 ELSE 0 END
        + CASE WHEN by_name <> 'same' THEN 2 ELSE 0 END
        + CASE WHEN by_birth NOT IN ('same', 'same_year', 'new_year') THEN 4 ELSE 0 END
        + CASE WHEN other_sex THEN 8 ELSE 0 END,
        odds
    ) AS differing
FROM weighed WHERE odds > 0.001
GROUP BY row, person_id;
