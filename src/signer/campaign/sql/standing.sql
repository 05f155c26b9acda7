-- How many certificates are in force, expired ones included, by key and by the second in which they expire, and
-- how many of them are held back: there are no more of these than there were runs. It is what `in_force` has, counted from the other side: all
-- signatures, less those that a later one of their uvci has outdated, or that are withdrawn. These are few.
WITH withdrawn AS (SELECT uvci FROM revoked UNION SELECT uvci FROM superseded),
called AS (
    SELECT uvci, version AS counts_from FROM renewals
    UNION ALL
    SELECT uvci, 9223372036854775807 AS counts_from FROM withdrawn
),
marked AS MATERIALIZED (SELECT uvci, max(counts_from) AS counts_from FROM called GROUP BY uvci),
signed AS (SELECT kid, exp, count(*) AS certificates, 0 AS held_back FROM certificates GROUP BY ALL),
out_of_force AS (
    SELECT kid, exp, -count(*) AS certificates, 0 AS held_back
    FROM certificates JOIN marked USING (uvci) WHERE version < counts_from GROUP BY ALL
),
not_renewed AS (
    SELECT kid, exp, 0 AS certificates, count(*) AS held_back
    FROM certificates AS one JOIN refused_renewals USING (shot_id)
    WHERE is_held_back(refused_at, iat)
        AND NOT EXISTS (FROM marked WHERE marked.uvci = one.uvci AND one.version < counts_from)
    GROUP BY ALL
)
SELECT coalesce(lower(hex(kid)), '') AS kid, coalesce(epoch_us(exp) // 1000000, 0)::BIGINT AS expires_at,
    sum(certificates)::BIGINT AS certificates, sum(held_back)::BIGINT AS held_back
FROM (FROM signed UNION ALL FROM out_of_force UNION ALL FROM not_renewed)
GROUP BY ALL HAVING sum(certificates) > 0 ORDER BY ALL;
