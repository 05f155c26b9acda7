-- Forgets the keys that too many persons of the register have: each shot with such a key would be compared with all
-- of them, and whoever hands in shots could make as many as they like.
DELETE FROM asked_keys WHERE key IN (SELECT key FROM met_persons GROUP BY key HAVING count(*) > most_persons());
