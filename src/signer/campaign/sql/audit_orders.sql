-- Rows of orders about certificates that are not there, and signatures of revoked certificates that the last
-- order about them has no row for.

CREATE TEMP TABLE unknown AS
SELECT file, row_in_file, uvci FROM revocations AS one
WHERE NOT EXISTS (FROM certificates AS issued WHERE issued.uvci = one.uvci);

CREATE TEMP TABLE last_told AS
SELECT DISTINCT uvci, signature_hash FROM revocations SEMI JOIN revoked USING (uvci, version);

CREATE TEMP TABLE untold AS
SELECT uvci, kid FROM certificates AS one
WHERE uvci IN (SELECT uvci FROM revoked) AND NOT EXISTS (
    FROM last_told WHERE last_told.uvci = one.uvci AND last_told.signature_hash = one.signature_hash
);
