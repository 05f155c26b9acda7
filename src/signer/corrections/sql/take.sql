-- Notes what is taken of the judged rows, a row a field, and corrects the shots by it. Of rows that say the
-- same, one is taken.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT * FROM judged WHERE fault IS NULL
QUALIFY row_number() OVER (PARTITION BY shot_id ORDER BY file, row) = 1;
INSERT INTO taken
SELECT folder, file, row, nth, shot_id, field, value_before, value_after, corrected_by, corrected_on
FROM (
    SELECT chosen.*, unnest(range(len(fields()) + 1)) AS nth, unnest(fields() || ['withdraw']) AS field,
        unnest(present.told || [NULL]) AS value_before,
        unnest(correct || [CASE WHEN chosen.withdrawn THEN 'yes' END]) AS value_after
    FROM chosen JOIN present USING (shot_id)
)
WHERE value_after IS NOT NULL;
UPDATE present SET touched = true, withdrawn = chosen.withdrawn,
    told = first_given(correct, present.told), patch = first_given(correct, patch)
FROM chosen WHERE chosen.shot_id = present.shot_id;
