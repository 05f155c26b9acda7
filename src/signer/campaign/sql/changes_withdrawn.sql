-- What has become of certificates, for the changes behind a version (docs/changes.md). The views are those of
-- the registry at the last version that is asked for; parameters: since_certificates, since_revocations.

-- Rows in the order in which they were committed.
CREATE TEMP MACRO place_of(file_number, row_number) AS file_number * 1099511627776 + row_number;

-- The first row that supersedes a certificate: a renewal of that row names it again.
CREATE TEMP TABLE replaced AS
SELECT supersedes AS uvci, min(version) AS version, min(place_of(file, row_in_file)) AS place
FROM certificates WHERE supersedes IS NOT NULL GROUP BY supersedes;

CREATE TEMP TABLE revoked_before AS
SELECT uvci FROM revocations WHERE version <= $since_revocations
GROUP BY uvci HAVING max_by(action, version) = 'revoked';

-- An order has a row for every signature of a uvci, and one that changes nothing is no change.
CREATE TEMP TABLE ordered AS
WITH orders AS (
    SELECT uvci, version, any_value(action) AS action, any_value(reason) AS reason,
        min(place_of(file, row_in_file)) AS place
    FROM revocations WHERE version > $since_revocations GROUP BY uvci, version
),
known AS (SELECT uvci, 0 AS version, 'revoked' AS action, NULL AS reason, NULL AS place FROM revoked_before),
told AS (
    SELECT *, lag(action, 1, 'restored') OVER (PARTITION BY uvci ORDER BY version) AS action_before
    FROM (FROM orders UNION ALL FROM known)
)
SELECT uvci, version, action, reason, place FROM told WHERE place IS NOT NULL AND action <> action_before;

-- Those that changes speak of without holding them.
CREATE TEMP TABLE named AS
SELECT uvci, shot_id, person_key, kid, iat, exp FROM latest
WHERE uvci IN (SELECT uvci FROM replaced WHERE version > $since_certificates)
    OR uvci IN (SELECT uvci FROM ordered);
