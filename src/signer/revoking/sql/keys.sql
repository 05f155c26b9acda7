-- Of each kid that has signed a target: the certificates under it that verifiers still accept, and how many
-- of these the order takes away.

WITH gone AS (SELECT uvci FROM revocations GROUP BY uvci HAVING arg_max(action, version) = 'revoked')
SELECT kid, count(DISTINCT uvci) AS unexpired,
    count(DISTINCT uvci) FILTER (uvci IN (SELECT uvci FROM targets)) AS covered
FROM certificates
WHERE exp > $now
    AND kid IN (SELECT kid FROM signatures SEMI JOIN targets USING (uvci))
    AND uvci NOT IN (SELECT uvci FROM gone)
GROUP BY kid ORDER BY covered DESC, kid;
