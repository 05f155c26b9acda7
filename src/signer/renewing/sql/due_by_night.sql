-- Certificates by the last night in which they can be renewed: 0 is tonight, for those that expire by then.
SELECT greatest(0, ceil((exp - $due_tonight) / 86400.0))::BIGINT AS night, count(*) AS certificates
FROM due
WHERE NOT held_back
GROUP BY night
