-- Of the rows that a plan has chosen, those that others have revoked, superseded or renewed since.
SELECT row, reason FROM (
    SELECT file_row_number AS row,
        CASE
            WHEN uvci IN (SELECT uvci FROM revoked) THEN 'revoked'
            WHEN uvci IN (SELECT uvci FROM superseded) THEN 'superseded'
            WHEN uvci IN (SELECT uvci FROM renewals WHERE version > $version) THEN 'newer'
        END AS reason
    FROM read_parquet($selected, file_row_number = true)
)
WHERE reason IS NOT NULL
ORDER BY row
