-- Persons who may be a shot's, with the odds. The register goes by; this pass's shots and their keys are held.
INSERT INTO candidates
WITH persons AS (
    SELECT person_id, full_name_key AS name, bare_name, sex, province,
        CASE WHEN is_birth(date_of_birth) THEN date_of_birth END AS birth
    FROM population_rows WHERE person_id <> ''
),
hashed AS (
    SELECT *, part(person_id) AS number_part, part(name) AS name_part, part(bare_name) AS bare_part,
        part(birth) AS birth_part, part(head_of(person_id)) AS head, part(right(person_id, 4)) AS tail,
        part(province) AS province_part, part(left(birth, 7)) AS month_part, part(right(birth, 6)) AS day_part
    FROM persons
),
blocked AS (
    SELECT person_id, name, bare_name, birth, sex, province, block_key(
        kind, number_part, name_part, bare_part, birth_part, head, tail, province_part, month_part, day_part
    ) AS key
    FROM hashed CROSS JOIN kinds
),
met AS (
    SELECT a.row, b.person_id, a.taken, a.fits, n.namesakes,
        number_likeness(a.number, b.person_id, a.malformed) AS by_number,
        name_likeness(a.name, a.bare_name, b.name, b.bare_name) AS by_name,
        birth_likeness(a.birth, b.birth) AS by_birth,
        coalesce(a.sex <> sex_of(b.sex), false) AS other_sex,
        province_odds(a.province, b.province) AS by_province
    FROM blocked AS b
    JOIN asked_keys AS k ON b.key = k.key
    JOIN (FROM asked WHERE in_pass(asked.row)) AS a ON k.row = a.row
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
    FROM met
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
