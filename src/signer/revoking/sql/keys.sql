-- Of each kid that has signed a target: the certificates under it that verifiers still accept, how many of
-- these the order takes away, and how many of those are accepted by a signature under another kid, too.

WITH gone AS (SELECT uvci FROM revocations GROUP BY uvci HAVING arg_max(action, version) = 'revoked'),
under_several AS (SELECT uvci FROM signatures SEMI JOIN targets USING (uvci)
    WHERE exp > $now GROUP BY uvci HAVING count(DISTINCT kid) > 1)
SELECT kid, count(DISTINCT uvci) AS unexpired,
    count(DISTINCT uvci) FILTER (uvci IN (SELECT uvci FROM targets)) AS covered,
    count(DISTINCT uvci) FILTER (uvci IN (SELECT uvci FROM under_several)) AS under_others
FROM certificates
WHERE exp > $now
    AND kid IN (SELECT kid FROM signatures SEMI JOIN targets USING (uvci))
    AND uvci NOT IN (SELECT uvci FROM gone)
GROUP BY kid ORDER BY covered DESC, kid;
