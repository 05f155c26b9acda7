-- How many certificates are in force, expired ones included, by key and by the second in which they expire:
-- there are no more of these than there were runs.
SELECT coalesce(lower(hex(kid)), '') AS kid, coalesce(epoch_us(exp) // 1000000, 0)::BIGINT AS expires_at,
    count(*) AS certificates
FROM in_force GROUP BY ALL ORDER BY ALL;
