-- The certificates in force that expire by then. None that was signed tonight is signed a second time. Held back
-- are those whose renewal was refused since they were signed; the name of its campaign tells when that was.
CREATE TEMP TABLE due AS
SELECT file, row_in_file, epoch(exp)::BIGINT AS exp, EXISTS (
    FROM refused
    WHERE refused.shot_id = in_force.shot_id AND stage = 'renewing'
        AND substr(refused.campaign, 7, 16) > strftime(iat AT TIME ZONE 'UTC', '%Y%m%dT%H%M%SZ')
) AS held_back
FROM in_force
WHERE exp <= to_timestamp($due_by) AND iat < to_timestamp($night_began)
