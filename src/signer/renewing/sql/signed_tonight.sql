-- Certificates in force that were signed tonight, by the last night to renew them in: not before tomorrow.
SELECT greatest(1, ceil((epoch(exp) - $due_tonight) / 86400.0))::BIGINT AS night, count(*) AS certificates
FROM in_force
WHERE iat >= to_timestamp($night_began)
GROUP BY night
