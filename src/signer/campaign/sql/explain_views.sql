-- What look-ups show of certificates. Times are numbers, as texts of times would need the zones of the machine.
CREATE TEMP VIEW told AS
SELECT uvci, shot_id, province, district, facility, vaccine, dose_number, doses_in_series,
    epoch_us(iat) // 1000000 AS issued_at, epoch_us(exp) // 1000000 AS expires_at, supersedes,
    file, row_in_file, person_key
FROM certificates;
