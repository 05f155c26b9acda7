-- The certificates in force that expire by then. None that was signed tonight is signed a second time.
CREATE TEMP TABLE due AS
SELECT file, row_in_file, epoch(exp)::BIGINT AS exp, is_held_back(refused_at, iat) AS held_back
FROM in_force LEFT JOIN refused_renewals USING (shot_id)
WHERE exp <= to_timestamp($due_by) AND iat < to_timestamp($night_began)
