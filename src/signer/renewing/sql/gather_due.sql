-- The certificates in force that expire by then. None that was signed tonight is signed a second time.
CREATE TEMP TABLE due AS
SELECT file, row_in_file, epoch(exp)::BIGINT AS exp
FROM in_force
WHERE exp <= to_timestamp($due_by) AND iat < to_timestamp($night_began)
