-- The certificates in force that expire by then. None that was signed tonight is signed a second time. Held back
-- are those whose renewal was refused since they were signed; the name of its campaign tells when that was.
CREATE TEMP TABLE due AS
WITH refusals AS (
    SELECT shot_id, max(epoch(try_strptime(substr(campaign, 7, 16), '%Y%m%dT%H%M%SZ'))) AS refused_at
    FROM refused WHERE stage = 'renewing' GROUP BY shot_id
)
SELECT file, row_in_file, epoch(exp)::BIGINT AS exp, coalesce(refused_at > epoch(iat), false) AS held_back
FROM in_force LEFT JOIN refusals USING (shot_id)
WHERE exp <= to_timestamp($due_by) AND iat < to_timestamp($night_began)
