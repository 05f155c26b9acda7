-- The rows of one folder beside the shots as the folders before leave them: why a row is not taken, or null. A row
-- that was handed in again, so that folders before have made the shot what it asks for, is left out.
CREATE OR REPLACE TEMP TABLE judged AS
WITH asked AS (SELECT * FROM filled WHERE folder = $folder),
contradictory AS (
    SELECT shot_id FROM asked GROUP BY shot_id
    HAVING count(*) > 1 AND (bool_or(faulty) OR count(DISTINCT row(correct, withdrawn)) > 1)
),
compared AS (
    SELECT asked.*, contradictory.shot_id IS NOT NULL AS contradictory,
        present.shot_id IS NULL OR present.withdrawn AS unknown, coalesce(present.repeated, false) AS repeated,
        list_contains(differ(asked.place, present.place), true) AS elsewhere,
        nullif(list_position(differ(asked.told, present.told), true), 0) AS stale,
        present.touched AND CASE WHEN asked.withdrawn THEN present.withdrawn
            ELSE NOT present.withdrawn AND NOT list_contains(differ(asked.correct, present.told), true)
        END AS is_done
    FROM asked LEFT JOIN contradictory USING (shot_id) LEFT JOIN present ON asked.shot_id = present.shot_id
    WHERE NOT faulty
)
SELECT *, CASE
    WHEN contradictory THEN 'contradictory'
    WHEN unknown THEN 'unknown_shot'
    WHEN repeated THEN 'repeated_shot'
    WHEN elsewhere THEN 'other_facility'
    WHEN stale IS NOT NULL THEN 'stale'
END AS fault
FROM compared WHERE contradictory OR elsewhere OR is_done IS NOT TRUE;
