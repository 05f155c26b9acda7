-- By which of its keys (blocks.sql) each shot of this pass is sought.
CREATE OR REPLACE TEMP TABLE asked_keys AS
WITH hashed AS (
    SELECT row, wide, birth, part(number) AS number_part, part(name) AS name_part,
        part(bare_name) AS bare_part, part(birth) AS birth_part, part(head_of(number)) AS head,
        part(right(number, 4)) AS tail, part(province) AS province_part,
        part(left(birth, 7)) AS month_part, part(right(birth, 6)) AS day_part
    FROM asked WHERE row = compared_row AND in_pass(asked.row)
)
SELECT row, key FROM (
    SELECT row, block_key(
        kind, number_part, name_part, bare_part, birth_part, head, tail, province_part, month_part, day_part
    ) AS key
    FROM hashed CROSS JOIN kinds WHERE wide OR narrow
    UNION ALL SELECT row, unnest(more_keys(name_part, birth)) FROM hashed WHERE wide
)
WHERE key IS NOT NULL;
