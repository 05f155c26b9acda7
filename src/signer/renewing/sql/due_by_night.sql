-- Certificates by the last night in which they can be renewed: 0 is tonight, for those that expire by then.
SELECT greatest(0, ceil((epoch(exp) - $due_by) / 86400.0))::BIGINT AS night, count(*) AS certificates
FROM in_force
WHERE iat < to_timestamp($night_began)
GROUP BY night
