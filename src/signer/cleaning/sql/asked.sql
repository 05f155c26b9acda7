-- Refused shots for which a person is sought, and what there is to seek by. Not those that nobody vouches for:
-- whoever could put in a file would learn the numbers of persons by name; nor foreigners.
CREATE TEMP TABLE asked AS
WITH read AS (
    SELECT row, shot_id, reason, trim(coalesce(person_id, '')) AS number, full_name_key AS name, bare_name,
        province,
        CASE WHEN is_birth(date_of_birth) THEN date_of_birth END AS birth, sex_of(sex) AS sex
    FROM refused_rows
    WHERE reason <> 'not_attested' AND NOT coalesce(is_foreigner(person_id, nationality), false)
),
numbered AS (
    SELECT *, CASE WHEN is_number(number) THEN person_of(number) END AS person FROM read
)
SELECT row, shot_id, number, name, bare_name, birth, sex, province,
    person IS NULL OR number_fault(number, person, 9999) IS NOT NULL AS malformed,
    -- A number that fits the shot's birth and sex: where the register has it not, it may well be right.
    coalesce(number_sex(person) = sex, true) AND coalesce(number_year(person) = year_of(birth), true) AS fits,
    -- The register has the number; name and number are then enough to seek by, unless both differ.
    reason NOT IN ('number_missing', 'number_malformed', 'person_not_found') AS taken,
    reason IN ('number_missing', 'number_malformed', 'person_not_found', 'both_differ') AS wide,
    -- The first row that shows the same: it is compared for all of them.
    min(row) OVER (PARTITION BY number, name, birth, sex, province, taken, wide) AS compared_row
FROM numbered;

CREATE TEMP TABLE candidates (row BIGINT, person_id VARCHAR, odds DOUBLE, differing INTEGER);
