-- The rows that a plan has chosen, with what their holders are known by, and whether a renewal has been refused
-- since they were signed: the campaign's name tells when that was.
CREATE TEMP TABLE asked AS
SELECT selected.file_row_number AS row, person_key, EXISTS (
    FROM refused
    WHERE refused.shot_id = certificates.shot_id AND stage = 'renewing' AND starts_with(reason, 'holder_')
        AND substr(refused.campaign, 7, 16) > strftime(iat AT TIME ZONE 'UTC', '%Y%m%dT%H%M%SZ')
) AS told
FROM read_parquet($selected, file_row_number = true) AS selected
JOIN certificates USING (file, row_in_file)
