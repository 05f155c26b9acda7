-- The certificates in force that expire soonest. None that was signed tonight is signed a second time.
CREATE TEMP TABLE due AS
SELECT file, row_in_file, uvci
FROM in_force
WHERE exp <= to_timestamp($due_by) AND iat < to_timestamp($night_began)
ORDER BY exp, file, row_in_file
LIMIT $n_most
