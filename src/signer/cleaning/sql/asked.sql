-- Refused shots for which a person is sought: no foreigners, and what there is to seek by.
CREATE TEMP TABLE asked AS
WITH read AS (
    SELECT row, shot_id, reason, trim(coalesce(person_id, '')) AS number, full_name_key AS name, province,
        CASE WHEN is_birth(date_of_birth) THEN date_of_birth END AS birth, sex_of(sex) AS sex
    FROM refused_rows
    WHERE NOT coalesce(is_foreigner(person_id, nationality), false)
),
numbered AS (
    SELECT *, CASE WHEN is_number(number) THEN person_of(number) END AS person FROM read
)
SELECT row, shot_id, number, name, birth, sex, province,
    person IS NULL OR number_fault(number, person, 9999) IS NOT NULL AS malformed,
    -- A number that fits the shot's birth and sex: where the register has it not, it may well be right.
    coalesce(number_sex(person) = sex, true) AND coalesce(number_year(person) = year_of(birth), true) AS fits,
    -- The register has the number; name and number are then enough to seek by, unless both differ.
    reason NOT IN ('not_attested', 'number_missing', 'number_malformed', 'person_not_found') AS taken,
    reason IN ('not_attested', 'number_missing', 'number_malformed', 'person_not_found', 'both_differ') AS wide
FROM numbered;

-- By which of its keys (blocks.sql) each is sought.
CREATE TEMP TABLE asked_keys AS
SELECT DISTINCT key, row FROM (
    SELECT row, unnest(CASE WHEN wide
        THEN block_keys(number, name, birth, province) || more_keys(name, birth)
        ELSE block_keys(number, name, birth, province)[1:2] END) AS key
    FROM asked
)
WHERE key IS NOT NULL;
