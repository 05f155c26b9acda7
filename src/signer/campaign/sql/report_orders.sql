-- Orders to revoke or restore: how many certificates each names, and on which day (from 1970) it was given.
SELECT campaign, action, coalesce(reason, '') AS reason, epoch_us(ordered_at) // 86400000000 AS day,
    count(DISTINCT uvci) AS certificates
FROM revocations GROUP BY ALL ORDER BY ALL;
