-- The persons of the register that goes by who have a key (blocks.sql) of a shot of this pass, once for each.
CREATE OR REPLACE TEMP TABLE met_persons AS
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
persons_by_key AS (
    SELECT person_id, name, bare_name, birth, sex, province, block_key(
        kind, number_part, name_part, bare_part, birth_part, head, tail, province_part, month_part, day_part
    ) AS key
    FROM hashed CROSS JOIN kinds
)
SELECT persons_by_key.* FROM persons_by_key SEMI JOIN asked_keys USING (key);
