-- Of the rows that a plan has chosen, those that others have revoked, superseded or renewed since.
SELECT row, reason FROM (
    SELECT selected.file_row_number AS row,
        CASE
            WHEN uvci IN (SELECT uvci FROM revoked) THEN 'revoked'
            WHEN uvci IN (SELECT uvci FROM superseded) THEN 'superseded'
            WHEN uvci IN (SELECT uvci FROM renewals WHERE version > $version AND file NOT IN (SELECT unnest($own))) THEN 'newer'
        END AS reason
    FROM read_parquet($selected, file_row_number = true) AS selected
    JOIN certificates USING (file, row_in_file)
)
WHERE reason IS NOT NULL
ORDER BY row
