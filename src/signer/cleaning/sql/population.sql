-- The register as the matching wants it; a row without a number of 9 or 12 digits is nobody's.
CREATE TEMP VIEW population AS
SELECT person_of(person_id) AS person, full_name_key, date_of_birth AS birth, sex
FROM population_rows
WHERE is_number(person_id);
