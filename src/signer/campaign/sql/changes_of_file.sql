-- The changes that one file of certificates makes, in the order of its rows. Parameters: path, number (of the
-- file in the table), version, change (issued or renewed).
WITH signed AS (SELECT * FROM read_parquet($path, file_row_number = true)),
given AS (
    SELECT file_row_number AS row, 1 AS nth, $change AS change, uvci, shot_id, person_key, kid, iat, exp, hc1,
        NULL::VARCHAR AS "by"
    FROM signed
    -- One that was withdrawn before it was signed again, as it was being renewed, is not in force by that.
    WHERE NOT EXISTS (FROM revoked_before WHERE revoked_before.uvci = signed.uvci)
        AND NOT EXISTS (
            FROM replaced WHERE replaced.uvci = signed.uvci
            AND replaced.place < place_of($number::BIGINT, signed.file_row_number)
        )
),
taken AS (
    SELECT file_row_number AS row, 0 AS nth, 'superseded' AS change, signed.supersedes AS uvci,
        coalesce(named.shot_id, signed.shot_id) AS shot_id, named.person_key, named.kid, named.iat, named.exp,
        NULL::VARCHAR AS hc1, signed.uvci AS "by"
    FROM signed LEFT JOIN named ON named.uvci = signed.supersedes
    WHERE signed.supersedes IS NOT NULL AND $change = 'issued'
)
SELECT change, uvci, shot_id, person_key, kid, iat, exp, hc1, "by", NULL::VARCHAR AS reason,
    $version::BIGINT AS version
FROM (FROM given UNION ALL FROM taken) ORDER BY row, nth;
