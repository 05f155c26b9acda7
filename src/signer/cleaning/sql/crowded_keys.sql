-- Forgets the keys that too many persons of the register have: each shot with such a key would be compared with all
-- of them, and whoever hands in shots could make as many as they like.
DELETE FROM asked_keys WHERE key IN (
    SELECT b.key
    FROM persons_by_key AS b JOIN (SELECT DISTINCT key FROM asked_keys) AS k ON b.key = k.key
    GROUP BY b.key HAVING count(*) > most_persons()
);
