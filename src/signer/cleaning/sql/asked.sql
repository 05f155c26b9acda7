-- Refused shots for which a person is sought: no foreigners, and what there is to seek by.
CREATE TEMP TABLE asked AS
WITH read AS (
    SELECT row, shot_id, reason, trim(coalesce(person_id, '')) AS number, full_name_key AS name, bare_name,
        province,
        CASE WHEN is_birth(date_of_birth) THEN date_of_birth END AS birth, sex_of(sex) AS sex
    FROM refused_rows
    WHERE NOT coalesce(is_foreigner(person_id, nationality), false)
),
numbered AS (
    SELECT *, CASE WHEN is_number(number) THEN person_of(number) END AS person FROM read
)
SELECT row, shot_id, number, name, bare_name, birth, sex, province,
    person IS NULL OR number_fault(number, person, 9999) IS NOT NULL AS malformed,
    -- A number that fits the shot's birth and sex: where the register has it not, it may well be right.
    coalesce(number_sex(person) = sex, true) AND coalesce(number_year(person) = year_of(birth), true) AS fits,
    -- The register has the number; name and number are then enough to seek by, unless both differ.
    reason NOT IN ('not_attested', 'number_missing', 'number_malformed', 'person_not_found') AS taken,
    reason IN ('not_attested', 'number_missing', 'number_malformed', 'person_not_found', 'both_differ') AS wide
FROM numbered;

-- By which of its keys (blocks.sql) each is sought.
CREATE TEMP TABLE asked_keys AS
WITH hashed AS (
    SELECT row, wide, birth, part(number) AS number_part, part(name) AS name_part,
        part(bare_name) AS bare_part, part(birth) AS birth_part, part(head_of(number)) AS head,
        part(right(number, 4)) AS tail, part(province) AS province_part,
        part(left(birth, 7)) AS month_part, part(right(birth, 6)) AS day_part
    FROM asked
)
SELECT row, key FROM (
    SELECT row, block_key(
        kind, number_part, name_part, bare_part, birth_part, head, tail, province_part, month_part, day_part
    ) AS key
    FROM hashed CROSS JOIN kinds WHERE wide OR narrow
    UNION ALL SELECT row, unnest(more_keys(name_part, birth)) FROM hashed WHERE wide
)
WHERE key IS NOT NULL;
