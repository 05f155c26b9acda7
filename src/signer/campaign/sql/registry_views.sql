-- What is true of certificates, by the events that the tables of a registry hold (docs/registry.md).

CREATE VIEW revoked AS
SELECT uvci, reason, ordered_by, ordered_at, version
FROM (SELECT *, row_number() OVER (PARTITION BY uvci ORDER BY version DESC) AS nth FROM revocations)
WHERE nth = 1 AND action = 'revoked';

CREATE VIEW superseded AS
SELECT supersedes AS uvci, any_value(uvci) AS "by"
FROM certificates WHERE supersedes IS NOT NULL GROUP BY supersedes;

-- A signature is outdated by a later one of the same uvci, which only a renewal can have made. In two halves,
-- each of which hashes the uvcis of the renewals: a comparison of versions in an anti-join would hash all others.
CREATE VIEW latest AS
SELECT * FROM certificates WHERE uvci NOT IN (SELECT uvci FROM renewals WHERE uvci IS NOT NULL)
UNION ALL
SELECT certificates.*
FROM certificates JOIN (SELECT uvci, max(version) AS last FROM renewals GROUP BY uvci) USING (uvci)
WHERE version >= last;

CREATE VIEW in_force AS
SELECT * FROM latest
WHERE uvci NOT IN (SELECT uvci FROM revoked) AND uvci NOT IN (SELECT uvci FROM superseded);

-- Shots whose renewal was refused, and when last: the name of its campaign tells that.
CREATE VIEW refused_renewals AS
SELECT shot_id, max(epoch(try_strptime(substr(campaign, 7, 16), '%Y%m%dT%H%M%SZ'))) AS refused_at
FROM refused WHERE stage = 'renewing' GROUP BY shot_id;

-- A certificate is held back whose renewal was refused since it was signed (docs/renewal.md).
CREATE MACRO is_held_back(refused_at, signed_at) AS coalesce(refused_at > epoch(signed_at), false);
