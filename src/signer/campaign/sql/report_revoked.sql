-- What is revoked now, by the reason of the last order.
SELECT coalesce(reason, '') AS reason, count(*) AS certificates
FROM revoked GROUP BY ALL ORDER BY certificates DESC, reason;
