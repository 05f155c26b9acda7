-- Persons who may be a shot's, with the odds. The register goes by once; the shots' keys are what is held.
CREATE TEMP TABLE candidates AS
WITH blocked AS (
    SELECT person_id, full_name_key AS name, birth, sex, province,
        unnest(block_keys(person_id, full_name_key, birth, province)) AS key
    FROM (
        SELECT person_id, full_name_key, CASE WHEN is_birth(date_of_birth) THEN date_of_birth END AS birth,
            sex_of(sex) AS sex, province
        FROM population_rows WHERE person_id <> ''
    )
),
met AS (
    SELECT a.row, b.person_id, a.taken, a.fits, n.namesakes,
        number_likeness(a.number, b.person_id, a.malformed) AS by_number,
        name_likeness(a.name, b.name) AS by_name,
        birth_likeness(a.birth, b.birth) AS by_birth,
        coalesce(a.sex <> b.sex, false) AS other_sex,
        sex_odds(a.sex, b.sex) AS by_sex, province_odds(a.province, b.province) AS by_province
    FROM blocked AS b
    JOIN asked_keys AS k ON b.key = k.key
    JOIN asked AS a ON k.row = a.row
    LEFT JOIN namesakes AS n ON a.name = n.name
),
weighed AS (
    SELECT *,
        by_sex * CASE
            WHEN by_number = 'same' THEN odds_by_number(by_name, by_birth)
            WHEN by_number IN ('one_digit', 'two_digits')
                THEN odds_by_near_number(by_number, by_name, by_birth, coalesce(namesakes, 1))
            ELSE odds_of_other_number(by_number, taken, fits) * by_province
                * odds_by_name(by_name, by_birth, coalesce(namesakes, 1))
        END AS odds
    FROM met
)
SELECT row, person_id, max(odds) AS odds,
    arg_max(list_filter([
        CASE WHEN by_number <> 'same' THEN 'person_id' END,
        CASE WHEN by_name <> 'same' THEN 'full_name' END,
        CASE WHEN by_birth NOT IN ('same', 'same_year', 'new_year') THEN 'date_of_birth' END,
        CASE WHEN other_sex THEN 'sex' END
    ], lambda field: field IS NOT NULL), odds) AS differs
FROM weighed WHERE odds > 0.001
GROUP BY row, person_id;
