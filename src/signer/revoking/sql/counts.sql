-- What an order covers and what it is about to change. `targets` are the certificates that get rows.

SELECT
    (SELECT count(*) FROM covered) AS selected,
    (SELECT count(*) FROM covered WHERE is_revoked) AS revoked_before,
    count(*) FILTER (is_revoked = $undo) AS certificates,
    coalesce(sum(n_signatures), 0)::BIGINT AS signatures,
    count(DISTINCT person_key) AS persons,
    count(*) FILTER (exp <= $now) AS expired,
    count(*) FILTER (uvci IN (SELECT uvci FROM superseded)) AS superseded,
    count(*) FILTER (is_revoked AND NOT $undo) AS completed
FROM targets;
