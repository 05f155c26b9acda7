-- The rows that are not taken; of a stale one what the field says in the file and now, and of a contradictory one
-- another row of its shot.
SELECT judged.file, judged.row, fault, fields()[stale] AS stale, judged.told[stale] AS cell, present.told[stale] AS now,
    other.file AS other_file, other.row AS other_row
FROM (
    SELECT judged.*, CASE WHEN first_one = {'file': file, 'row': row} THEN last_one ELSE first_one END AS other
    FROM judged LEFT JOIN (
        SELECT folder, shot_id, min({'file': file, 'row': row}) AS first_one, max({'file': file, 'row': row}) AS last_one
        FROM filled GROUP BY folder, shot_id
    ) USING (folder, shot_id)
    WHERE fault IS NOT NULL
) AS judged LEFT JOIN present USING (shot_id)
